using Leeway.Tests.Storage.Postgres;

[assembly: AssemblyFixture(typeof(TestServers))]

namespace Leeway.Tests.Storage.Postgres;

/// <summary>
/// Stops the servers that tests started when all of them have run. Left to the end of the process, the runner would wait for it and take it for
/// threads that do not end.
/// </summary>
public sealed class TestServers : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(TestPostgres.StopAsync());
}
