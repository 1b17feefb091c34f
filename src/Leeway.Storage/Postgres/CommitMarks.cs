using System.Diagnostics;
using Leeway.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Leeway.Storage.Postgres;

/// <summary>
/// The row of <c>writers</c> that a writer changes in each of its transactions. When the connection breaks during a commit, the row tells
/// whether the transaction was committed. Reading it with a lock waits for the broken connection's transaction, should the server still
/// be at it.
/// </summary>
internal sealed class CommitMarks(Guid writer, TimeProvider clock, TimeSpan patience)
{
    private const string Mark = """
        INSERT INTO writers (id, number, at) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET number = excluded.number, at = excluded.at
        """;

    private const string Find = "SELECT number FROM writers WHERE id = $1 FOR UPDATE";
    private const string Forget = "DELETE FROM writers WHERE id = $1 OR at < $2";

    // A writer writes many times an hour; whose row is older is no more.
    private static readonly TimeSpan s_forgottenAfter = TimeSpan.FromDays(30);

    private long _number;

    /// <summary>Makes the row, and removes those of writers that are gone.</summary>
    public void Open(PostgresLink link)
    {
        Run(link, Forget, Parameter(writer), Parameter((clock.GetUtcNow() - s_forgottenAfter).ToUnixTimeMilliseconds()));
        Run(link, Mark, Parameter(writer), Parameter(_number), Parameter(clock.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    /// <summary>The statement that marks the next transaction.</summary>
    public NpgsqlBatchCommand Next() =>
        new(Mark) { Parameters = { Parameter(writer), Parameter(++_number), Parameter(clock.GetUtcNow().ToUnixTimeMilliseconds()) } };

    /// <summary>Whether the transaction that was marked last is committed.</summary>
    /// <param name="link">The connection to ask by.</param>
    /// <param name="waits">Whether to wait for a server that is away.</param>
    /// <exception cref="CommitInDoubtException">The database could not be asked.</exception>
    public bool IsCommitted(PostgresLink link, bool waits)
    {
        long begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using NpgsqlCommand command = link.Connection().CreateCommand();
                command.CommandText = Find;
                command.Parameters.Add(Parameter(writer));
                return command.ExecuteScalar() is long number && number == _number;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // Whatever it is, nothing is known, and the writer must live to ask again.
                link.Drop();
                if (!waits || Stopwatch.GetElapsedTime(begun) > patience)
                {
                    throw new CommitInDoubtException("The connection to PostgreSQL broke during a commit, and what became of it cannot be asked yet.", failure);
                }

                Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System).GetAwaiter().GetResult();
            }
        }
    }

    private static void Run(PostgresLink link, string text, params NpgsqlParameter[] parameters)
    {
        using NpgsqlCommand command = link.Connection().CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = text;
#pragma warning restore CA2100
        command.Parameters.AddRange(parameters);
        command.ExecuteNonQuery();
    }

    private static NpgsqlParameter<Guid> Parameter(Guid value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Uuid };

    private static NpgsqlParameter<long> Parameter(long value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bigint };
}
