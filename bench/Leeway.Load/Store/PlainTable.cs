using System.Threading.Channels;
using Leeway.Load.Processes;
using Npgsql;
using NpgsqlTypes;

namespace Leeway.Load.Store;

/// <summary>
/// What is usually built on PostgreSQL: one table with the body in it and a partial index by deadline. One writer adds what waits, at most 256
/// rows, by one <c>INSERT … SELECT FROM unnest</c>.
/// </summary>
internal sealed class PlainTable : IAsyncDisposable
{
    private const int GroupLimit = 256;

    private const string Create = """
        CREATE TABLE plain_queue (id uuid PRIMARY KEY, deadline bigint NOT NULL, state smallint NOT NULL, priority smallint NOT NULL, body bytea NOT NULL);
        CREATE INDEX plain_queue_pending ON plain_queue (deadline, id) WHERE state = 0;
        """;

    private const string Insert = "INSERT INTO plain_queue (id, deadline, state, priority, body) SELECT id, deadline, 0, 3, body FROM unnest($1, $2, $3) AS r (id, deadline, body)";

    private readonly NpgsqlConnection _connection;
    private readonly Channel<Row> _rows = Channel.CreateBounded<Row>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Task _loop;

    private PlainTable(NpgsqlConnection connection)
    {
        _connection = connection;
        _loop = Task.Run(LoopAsync);
    }

    public static async Task<PlainTable> OpenAsync(string database)
    {
        NpgsqlConnection connection = await PostgresServer.OpenAsync(database);
        await PostgresServer.ExecuteAsync(connection, "DROP TABLE IF EXISTS plain_queue; " + Create);
        return new PlainTable(connection);
    }

    /// <summary>Completes when the row is committed.</summary>
    public async Task AddAsync(NewRequest request)
    {
        var row = new Row(request.Id.Value, request.Deadline.ToUnixTimeMilliseconds(), request.Body.ToArray());
        await _rows.Writer.WriteAsync(row);
        await row.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _rows.Writer.Complete();
        await _loop;
        await _connection.DisposeAsync();
    }

    private async Task LoopAsync()
    {
        var ids = new Guid[GroupLimit];
        var deadlines = new long[GroupLimit];
        var bodies = new byte[GroupLimit][];
        var group = new List<Row>(GroupLimit);
        await using var insert = new NpgsqlCommand(Insert, _connection);
        var parameters = new NpgsqlParameter[]
        {
            new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
            new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
            new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
        };
        insert.Parameters.AddRange(parameters);
        await insert.PrepareAsync();
        while (await _rows.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < GroupLimit && _rows.Reader.TryRead(out Row? row))
            {
                (ids[group.Count], deadlines[group.Count], bodies[group.Count]) = (row.Id, row.Deadline, row.Body);
                group.Add(row);
            }

            parameters[0].Value = ids[..group.Count];
            parameters[1].Value = deadlines[..group.Count];
            parameters[2].Value = bodies[..group.Count];
            await insert.ExecuteNonQueryAsync();
            foreach (Row row in group)
            {
                row.SetResult();
            }
        }
    }

    private sealed class Row(Guid id, long deadline, byte[] body) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Guid Id => id;

        public long Deadline => deadline;

        public byte[] Body => body;
    }
}
