namespace Leeway.Storage.Postgres;

/// <summary>A connection string lacks something. The message repeats nothing of it.</summary>
internal sealed class PostgresConnectionException(string message) : ArgumentException(message);
