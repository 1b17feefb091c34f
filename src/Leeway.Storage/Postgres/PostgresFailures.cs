using System.Net.Sockets;
using Leeway.Storage.Sql;
using Npgsql;

namespace Leeway.Storage.Postgres;

/// <summary>What an exception of the driver means, and how it is told without its connection string.</summary>
internal static class PostgresFailures
{
    /// <summary>What it means for a transaction.</summary>
    public static WriteFailure Judge(Exception failure) => failure switch
    {
        CommitInDoubtException => WriteFailure.InDoubt,
        StorageUnavailableException => WriteFailure.Unavailable,
        PostgresException refused => Judge(refused.SqlState),
        NpgsqlException or SocketException or IOException or TimeoutException => WriteFailure.Lost,
        _ => WriteFailure.Refused,
    };

    /// <summary>The exception for callers.</summary>
    public static StorageUnavailableException Unavailable(Exception failure) =>
        failure as StorageUnavailableException ?? new StorageUnavailableException(Tell(failure), failure);

    /// <summary>Why the database cannot be used, and what to do.</summary>
    public static string Tell(Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } refused =>
            $"storage.connection: PostgreSQL refused the user or its password ({refused.MessageText}). Set the right ones.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } refused =>
            $"storage.connection: {refused.MessageText}. Create it (createdb), or name another one.",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } =>
            "PostgreSQL has no connection left. Raise its max_connections, or run fewer nodes.",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "PostgreSQL's disk is full. Free space on it.",
        PostgresException refused => $"PostgreSQL says: {refused.MessageText} ({refused.SqlState}).",
        NpgsqlException { InnerException: SocketException socket } =>
            $"storage.connection: the PostgreSQL server cannot be reached ({socket.Message}). Start it, or correct host and port.",
        NpgsqlException { InnerException: TimeoutException } => "storage.connection: the PostgreSQL server does not answer in time.",
        _ => $"The connection to PostgreSQL failed: {failure.Message}",
    };

    private static WriteFailure Judge(string state) => state switch
    {
        // A key that another node has added at the same time is there when the operation looks again, and so is a table, or its type, while nodes make the schema.
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation => WriteFailure.Conflict,
        PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject => WriteFailure.Conflict,
        PostgresErrorCodes.ReadOnlySqlTransaction or "25P03" => WriteFailure.Lost,
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => WriteFailure.Lost,
        PostgresErrorCodes.QueryCanceled => WriteFailure.Unavailable,

        // Connection, resources, the system beneath.
        _ when state.StartsWith("08", StringComparison.Ordinal) => WriteFailure.Lost,
        _ when state.StartsWith("53", StringComparison.Ordinal) || state.StartsWith("58", StringComparison.Ordinal) => WriteFailure.Unavailable,
        _ => WriteFailure.Refused,
    };
}
