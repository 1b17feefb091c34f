using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Leeway.Adapters.Wire.Calls;

/// <summary>One connection pool per base address, connect timeout and connection limit, shared by the deployments that agree in them.</summary>
internal sealed class Transport(WireFormat format) : IDisposable
{
    // Long enough to make TLS handshakes rare, short enough to follow a provider's DNS.
    private static readonly TimeSpan s_connectionLifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_idleLifetime = TimeSpan.FromSeconds(90);

    private readonly ConcurrentDictionary<PoolKey, Lazy<Pool>> _pools = new();
    private readonly ConditionalWeakTable<Deployment, Binding> _bindings = [];

    /// <summary>The binding of a deployment; found by reference, since a changed configuration brings new deployments.</summary>
    public Binding Bind(Deployment deployment) =>
        _bindings.TryGetValue(deployment, out Binding? binding) ? binding : _bindings.GetValue(deployment, Create);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Lazy<Pool> pool in _pools.Values)
        {
            pool.Value.Invoker.Dispose();
        }
    }

    private Binding Create(Deployment deployment)
    {
        var key = new PoolKey(deployment.BaseUrl.GetLeftPart(UriPartial.Authority), deployment.Timeouts.Connect, deployment.MaxConnections);
        Lazy<Pool> pool = _pools.GetOrAdd(key, static (key, loopback) => new Lazy<Pool>(() => Open(key, loopback)), deployment.BaseUrl.IsLoopback);

        // An authorizer belongs to its deployment, the connections to all who share them.
        return format.Authorizer(deployment) is { } authorizer
            ? new Binding(deployment, format, new HttpMessageInvoker(new AuthorizingHandler(authorizer, pool.Value.Handler), disposeHandler: false), isAuthorized: true)
            : new Binding(deployment, format, pool.Value.Invoker, isAuthorized: false);
    }

    private static Pool Open(PoolKey key, bool loopback)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,

            // A proxy from the environment serves the way out, never the way to a server on this machine.
            UseProxy = !loopback,

            // Nothing about the caller travels upstream, trace ids included.
            ActivityHeadersPropagator = null,
            ConnectTimeout = key.ConnectTimeout,
            MaxConnectionsPerServer = key.MaxConnections > 0 ? key.MaxConnections : int.MaxValue,
            PooledConnectionLifetime = s_connectionLifetime,
            PooledConnectionIdleTimeout = s_idleLifetime,

            // Enough to reuse a connection whose answer was read up to its last chunk; more would keep an abandoned answer alive.
            MaxResponseDrainSize = 4096,
            ResponseDrainTimeout = TimeSpan.FromMilliseconds(250),
        };
        return new Pool(handler, new HttpMessageInvoker(handler));
    }

    private sealed record Pool(HttpMessageHandler Handler, HttpMessageInvoker Invoker);

    private readonly record struct PoolKey(string Authority, TimeSpan ConnectTimeout, int MaxConnections);
}
