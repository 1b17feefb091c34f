using System.Diagnostics;
using Npgsql;

namespace Leeway.Storage.Postgres;

/// <summary>
/// The server as all connections of a node find it. That it is back, one of them sees first; the others need not wait out their pause. Thread-safe.
/// </summary>
internal sealed class PostgresReach(NpgsqlDataSource source, PostgresPatience patience)
{
    private long _reachedAt;

    /// <summary>How long callers wait for it.</summary>
    public PostgresPatience Patience => patience;

    /// <summary>Opens a connection.</summary>
    public NpgsqlConnection Open()
    {
        NpgsqlConnection connection = source.CreateConnection();
        try
        {
            connection.Open();
            Volatile.Write(ref _reachedAt, Stopwatch.GetTimestamp());
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether a connection was opened since then, by <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public bool IsReachedSince(long timestamp) => Volatile.Read(ref _reachedAt) > timestamp;
}
