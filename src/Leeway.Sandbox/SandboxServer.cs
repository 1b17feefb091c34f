using System.Net;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Webhooks;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Leeway.Sandbox;

/// <summary>
/// Simulated providers on 127.0.0.1, with switchable faults and a ledger; <see cref="SandboxVendors"/> tells which, and what they answer.
/// It holds everything in memory and a temporary folder; nothing outlives it.
/// </summary>
/// <remarks>Besides the vendors' paths: <c>GET /sandbox/ledger</c>, <c>GET|PUT /sandbox/faults</c>, <c>POST /sandbox/reset</c>.</remarks>
public sealed class SandboxServer : IAsyncDisposable
{
    private static readonly TimeSpan s_shutdown = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly SandboxWorld _world;

    private SandboxServer(WebApplication app, SandboxWorld world)
    {
        _app = app;
        _world = world;
        BaseUri = new Uri(app.Urls.First());
    }

    /// <summary><c>http://127.0.0.1:port</c>; clients add <c>/v1</c>.</summary>
    public Uri BaseUri { get; }

    /// <summary>The faults, to be switched at any time.</summary>
    public FaultSet Faults => _world.Faults;

    /// <summary>Starts listening; the returned server answers.</summary>
    /// <param name="time">The clock of the delays and of every timestamp; null is the system's.</param>
    /// <exception cref="ArgumentException">The law is unknown or the time scale is not positive.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var world = new SandboxWorld(options, time ?? TimeProvider.System);
        var app = Build(world, options.Port);
        try
        {
            await app.StartAsync(cancellationToken);
            world.WebhookLoop.Start();
            return new SandboxServer(app, world);
        }
        catch
        {
            await app.DisposeAsync();
            world.Dispose();
            throw;
        }
    }

    /// <summary>What the sandbox saw and billed up to now; batches whose time has come are run first.</summary>
    /// <param name="withEntries">False leaves out the entries per custom_id and per prompt.</param>
    public Task<SandboxLedgerSnapshot> ReadLedgerAsync(bool withEntries = true, CancellationToken cancellationToken = default) =>
        _world.ReadLedgerAsync(withEntries, cancellationToken);

    /// <summary>Forgets files, batches, faults and the ledger, as <c>POST /sandbox/reset</c>.</summary>
    public void Reset() => _world.Reset();

    /// <summary>Completes when the server has been told to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _world.Stop();
        await _world.WebhookLoop.DisposeAsync();
        await _app.DisposeAsync();
        _world.Dispose();
    }

    private static WebApplication Build(SandboxWorld world, int port)
    {
        // The empty builder reads no configuration, so an ASPNETCORE_URLS of the host process cannot move the server off the loopback.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = s_shutdown);
        var app = builder.Build();
        var front = new Front(world);
        app.Use((context, next) =>
        {
            foreach (var vendor in world.Vendors)
            {
                vendor.Rewrite(context.Request);
            }

            return next(context);
        });
        app.UseRouting();
        app.Use((context, next) => front.InvokeAsync(context, next));
        foreach (var vendor in world.Vendors)
        {
            vendor.Map(app);
        }

        app.MapFaults(world.Faults);
        app.MapLedger(world);
        app.MapWebhooks(world);
        app.MapPost("/sandbox/reset", (RequestDelegate)(context =>
        {
            world.Reset();
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }));
        app.Map("/{**path}", (RequestDelegate)(context =>
            context.WriteErrorAsync(new ApiError(404, $"Invalid URL ({context.Request.Method} {context.Request.Path})"))));
        return app;
    }
}
