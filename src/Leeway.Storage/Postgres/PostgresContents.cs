using Leeway.Storage.Files;
using Leeway.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Leeway.Storage.Postgres;

/// <summary>Contents as rows of pieces in the database itself, so that many nodes need nothing beside it.</summary>
internal sealed class PostgresContents(NpgsqlDataSource source) : ISharedContents
{
    /// <summary>How long the pieces are; the last is shorter, and empty when it must be.</summary>
    internal const int PieceBytes = 1 << 20;

    private const string Insert = "INSERT INTO content_pieces (content_id, number, data) VALUES ($1, $2, $3)";
    private const string Find = "SELECT data FROM content_pieces WHERE content_id = $1 AND number = $2";
    private const string Delete = "DELETE FROM content_pieces WHERE content_id = $1";
    private const string DeleteNamed = "DELETE FROM content_pieces WHERE content_id = ?1";
    private const string Rename = "UPDATE content_pieces SET content_id = ?1 WHERE content_id = ?2";

    // Ids begin with the milliseconds of their making, so those below one are older than it.
    private const string DeleteUnknown = """
        DELETE FROM content_pieces p WHERE p.content_id < $1
               AND NOT EXISTS (SELECT 1 FROM files f WHERE f.id = p.content_id) AND NOT EXISTS (SELECT 1 FROM upload_parts u WHERE u.id = p.content_id)
        """;

    /// <inheritdoc/>
    public async Task WriteAsync(Guid id, Stream content, CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using NpgsqlCommand command = Command(connection, Insert);
            var number = new NpgsqlParameter<int> { NpgsqlDbType = NpgsqlDbType.Integer };
            var data = new NpgsqlParameter<ReadOnlyMemory<byte>> { NpgsqlDbType = NpgsqlDbType.Bytea };
            command.Parameters.Add(Id(id));
            command.Parameters.Add(number);
            command.Parameters.Add(data);
            var piece = new byte[PieceBytes];
            int read;
            do
            {
                // The last is shorter than a piece, and empty when it must be: it tells the end.
                read = await content.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken);
                data.TypedValue = piece.AsMemory(0, read);
                await command.ExecuteNonQueryAsync(cancellationToken);
                number.TypedValue++;
            }
            while (read == PieceBytes);

            await transaction.CommitAsync(cancellationToken);
        }
        catch (NpgsqlException failure)
        {
            throw PostgresFailures.Unavailable(failure);
        }
    }

    /// <inheritdoc/>
    public bool TryCopyTo(Guid id, Stream target)
    {
        try
        {
            using NpgsqlConnection connection = source.OpenConnection();
            using NpgsqlCommand command = Command(connection, Find);
            var number = new NpgsqlParameter<int> { NpgsqlDbType = NpgsqlDbType.Integer };
            command.Parameters.Add(Id(id));
            command.Parameters.Add(number);
            while (command.ExecuteScalar() is byte[] piece)
            {
                target.Write(piece);
                if (piece.Length < PieceBytes)
                {
                    return true;
                }

                number.TypedValue++;
            }

            // Removed, perhaps while it was read.
            return false;
        }
        catch (NpgsqlException failure)
        {
            throw PostgresFailures.Unavailable(failure);
        }
    }

    /// <inheritdoc/>
    public void Name(Session session, Guid sealedAs, Guid id)
    {
        session.Write(DeleteNamed).With(id).Run();
        if (session.Write(Rename).With(id).With(sealedAs).RunCounted() == 0)
        {
            throw new InvalidOperationException($"The content {sealedAs:N} is gone.");
        }
    }

    /// <inheritdoc/>
    public void Remove(Guid id) => Run(Delete, id);

    /// <summary>Removes what was kept before an id was made and is known to nobody: its node ended in between.</summary>
    public void RemoveUnknown(Guid before) => Run(DeleteUnknown, before);

    private void Run(string text, Guid id)
    {
        try
        {
            using NpgsqlConnection connection = source.OpenConnection();
            using NpgsqlCommand command = Command(connection, text);
            command.Parameters.Add(Id(id));
            command.ExecuteNonQuery();
        }
        catch (NpgsqlException failure)
        {
            throw PostgresFailures.Unavailable(failure);
        }
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string text)
    {
        NpgsqlCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = text;
#pragma warning restore CA2100
        return command;
    }

    private static NpgsqlParameter<Guid> Id(Guid id) => new() { TypedValue = id, NpgsqlDbType = NpgsqlDbType.Uuid };
}
