using System.Net;
using Leeway.Adapters;
using Leeway.Adapters.Smtp;
using Leeway.Delivery.Mail;
using Leeway.Gateway.Access;
using Leeway.Gateway.Admin;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Ingress;
using Leeway.Gateway.Ingress.Batches;
using Leeway.Gateway.Ingress.Files;
using Leeway.Gateway.Ingress.Hooks;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Ingress.MessageBatches;
using Leeway.Gateway.Ingress.Messages;
using Leeway.Gateway.Ingress.Models;
using Leeway.Gateway.Ingress.Queues;
using Leeway.Gateway.Ingress.Quotes;
using Leeway.Gateway.Ingress.Requests;
using Leeway.Gateway.Ingress.Responses;
using Leeway.Gateway.Ingress.Runs;
using Leeway.Gateway.Ingress.Uploads;
using Leeway.Gateway.Prices;
using Leeway.Gateway.Problems;
using Leeway.Hosting;
using Leeway.Ledger.Budgets;
using Leeway.Nodes;
using Leeway.RealTime;
using Leeway.Results;
using Leeway.Storage;
using Leeway.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Leeway.Gateway.Hosting;

/// <summary>A running gateway: the composition root, on two listeners.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LeewayStorage _storage;
    private int _disposed;

    private GatewayHost(WebApplication app, LeewayStorage storage, Uri publicUrl, Uri adminUrl) =>
        (_app, _storage, PublicUrl, AdminUrl) = (app, storage, publicUrl, adminUrl);

    /// <summary>Where clients call.</summary>
    public Uri PublicUrl { get; }

    /// <summary>Where the operator looks.</summary>
    public Uri AdminUrl { get; }

    /// <summary>True when calls need a key and there is none, so that every call is refused until one is made.</summary>
    public bool LacksKeys => Services.GetRequiredService<Gate>().IsClosed && !Services.GetRequiredService<KeyRing>().Book.Any;

    /// <summary>The stages.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Opens the storage, rebuilds memory from it, and listens.</summary>
    /// <exception cref="StorageInUseException">Another process has the storage.</exception>
    public static async Task<GatewayHost> StartAsync(GatewayOptions options, CancellationToken cancellationToken)
    {
        LeewayConfig config = options.Config.Config ?? throw new ArgumentException("The configuration has errors.", nameof(options));

        // Empty: leeway.yaml configures everything, and nothing watches the folder, whose storage changes all the time.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();

        // A buffer held by each open connection (4 KB) instead of one more wait for each request on it.
        builder.WebHost.UseSockets(static sockets => sockets.WaitForDataBeforeAllocatingBuffer = false);
        builder.Services.AddRoutingCore();
        builder.Logging
            .SetMinimumLevel(options.Log)
            .AddFilter("Microsoft", LogLevel.Warning)

            // It says nothing above Information, but an enabled level makes an Activity for every call, and another one for the call to the provider.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
            .AddSimpleConsole(console => console.SingleLine = true)
            .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        Ports ports = Listen(builder, config.Server);

        IServiceCollection services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = config.Server.Node.Drain);
        services.AddSingleton(options.Clock).AddSingleton(options.Random);
        using ILoggerFactory bootstrap = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning));
        LeewayStorage storage = await LeewayStorage.OpenAsync(
            config.Storage, options.Clock, new IdSource(options.Clock, options.Random), bootstrap.CreateLogger<LeewayStorage>(), cancellationToken);
        try
        {
            AddParts(services, options, storage, new KeyRing(storage.Keys, await storage.Keys.LoadAsync(cancellationToken), storage.Nodes.IsShared));
            WebApplication app = builder.Build();
            Map(app, ports);
            await app.StartAsync(cancellationToken);
            ports.Bind(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses);
            return new GatewayHost(app, storage, ports.PublicUrl, ports.AdminUrl);
        }
        catch
        {
            await storage.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Completes when the process is told to stop, or the token is cancelled; then stops in order: says so where load balancers look, takes no
    /// more calls and lets those under way end, ends deferred work likewise, and gives the lease back.
    /// </summary>
    public async Task WaitForShutdownAsync(CancellationToken cancellationToken)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration asked = cancellationToken.Register(() => told.TrySetResult());
        using CancellationTokenRegistration stopping = _app.Lifetime.ApplicationStopping.Register(() => told.TrySetResult());
        await told.Task;
        Services.GetRequiredService<NodeStanding>().Drain();
        TimeSpan notice = Services.GetRequiredService<IConfigSource>().Current.Server.Node.Notice;
        if (notice > TimeSpan.Zero)
        {
            await Task.Delay(notice, Services.GetRequiredService<TimeProvider>(), CancellationToken.None);
        }

        await _app.StopAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _app.StopAsync();
        await _app.DisposeAsync();
        await _storage.DisposeAsync();
    }

    private static Ports Listen(WebApplicationBuilder builder, ServerConfig server)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestHeadersTotalSize = (int)server.Limits.HeaderBytes;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 100, gracePeriod: TimeSpan.FromSeconds(10));

            // A held call is silent for minutes.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(new IPEndPoint(server.Listen.Address, server.Listen.Port));
            kestrel.Listen(new IPEndPoint(server.AdminListen.Address, server.AdminListen.Port));
        });
        return new Ports();
    }

    private static void AddParts(IServiceCollection services, GatewayOptions options, LeewayStorage storage, KeyRing keys)
    {
        services.AddSingleton(provider => new ConfigWatcher(
            options.Sources, options.Config, options.Clock, provider.GetRequiredService<ILogger<ConfigWatcher>>()));
        services.AddSingleton<IConfigSource>(provider => provider.GetRequiredService<ConfigWatcher>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ConfigWatcher>());
        services.AddSingleton<LivePrices>();
        services.AddSingleton<IPriceCatalog>(provider => provider.GetRequiredService<LivePrices>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<LivePrices>());
        services.AddSingleton(storage.Requests).AddSingleton(storage.Batches).AddSingleton(storage.Results)
            .AddSingleton(storage.Responses).AddSingleton(storage.Pickups).AddSingleton(storage.Plans).AddSingleton(storage.Turnarounds).AddSingleton(storage.Deliveries).AddSingleton(storage.Mail)
            .AddSingleton(storage.Nodes).AddSingleton(storage.Allowances).AddSingleton(storage.ClientBatches).AddSingleton(storage.Files).AddSingleton(storage.Uploads).AddSingleton(storage.FileContents)
            .AddSingleton<ILedgerStore>(provider => new BudgetedLedger(storage.Ledger, provider.GetRequiredService<BudgetBook>()));
        services.AddAccess(keys, options.Config.Config!.Server);
        services.AddSingleton<ProviderPool>();
        services.AddSingleton<IEnumerable<IProvider>>(provider => provider.GetRequiredService<ProviderPool>().Providers);
        services.AddSingleton(provider => provider.GetRequiredService<ProviderPool>().Providers.OfType<IBatchProvider>());
        services.AddSingleton<IDialects, DialectErrors>();
        services.AddNode().AddLeeway();
        services.AddSingleton<IMailSender, SmtpMailSender>().AddMail().AddSingleton<NamedMail>().AddSingleton<RunMails>();
        services.AddHostedService<PlanJournal>();
        services.AddSingleton<Faults>().AddSingleton<Intake>().AddSingleton<BudgetDesk>().AddSingleton<RequestTaker>().AddSingleton<InferenceEndpoint>().AddSingleton<DeferredCall>().AddSingleton<Reattachment>().AddSingleton<HeldConnection>().AddSingleton<Pickups>()
            .AddSingleton<StoredResponses>().AddSingleton<ResponseSeal>().AddSingleton<PreviousResponses>().AddSingleton<ProviderResponses>().AddSingleton<FreeCall>().AddSingleton<TokenCountRoute>().AddSingleton<ResponseRoutes>()
            .AddSingleton<ModelRoutes>().AddSingleton<RequestRoutes>().AddSingleton<QuoteRoute>().AddSingleton<RunRoutes>().AddSingleton<RunIntake>()
            .AddSingleton<FileIntake>().AddSingleton<FileRoutes>().AddSingleton<UploadCompletion>().AddSingleton<UploadRoutes>()
            .AddClientBatches()
            .AddQueues()
            .AddSingleton<AdminRoutes>().AddSingleton<ReportRoutes>().AddSingleton<TurnaroundRoutes>().AddSingleton<NodeRoutes>().AddSingleton<BudgetRoutes>().AddSingleton<WebhookRoutes>().AddSingleton<MailRoutes>().AddSingleton<KeyBody>().AddSingleton<KeyRoutes>().AddSingleton<HealthRoutes>().AddSingleton<HookRoutes>();
        services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("leeway")).WithMetrics(metrics => metrics.AddMeter(LeewayInstruments.MeterName, "System.Runtime").AddPrometheusExporter());
    }

    private static void Map(WebApplication app, Ports ports)
    {
        // Nothing is served to nobody knows whom; inference goes ahead of all the rest, because it is the hot path, and answers its own faults.
        Gate gate = app.Services.GetRequiredService<Gate>();
        InferenceEndpoint inference = app.Services.GetRequiredService<InferenceEndpoint>();
        app.Use(next =>
        {
            Task Serve(HttpContext context) => inference.TryHandle(context) ?? PatientWork.RunAsync(() => next(context));
            RequestDelegate serve = Serve;

            // A vendor's webhook has a signature instead of a key.
            return context => context.Connection.LocalPort == ports.AdminPort || context.Request.Path.Value?.StartsWith(HookRoutes.Root, StringComparison.Ordinal) == true
                ? next(context)
                : gate.InvokeAsync(context, serve);
        });
        app.UseMiddleware<FaultBarrier>();
        app.MapWhen(
            context => context.Connection.LocalPort == ports.AdminPort,
            admin =>
            {
                AdminGate operators = app.Services.GetRequiredService<AdminGate>();
                admin.Use(next => context => operators.InvokeAsync(context, next));
                admin.UseOpenTelemetryPrometheusScrapingEndpoint();
                admin.Use(CrossSite.GuardAsync);
                admin.UseRouting();
                admin.UseEndpoints(routes =>
                {
                    app.Services.GetRequiredService<HealthRoutes>().Map(routes);
                    app.Services.GetRequiredService<AdminRoutes>().Map(routes);
                    app.Services.GetRequiredService<ReportRoutes>().Map(routes);
                    app.Services.GetRequiredService<TurnaroundRoutes>().Map(routes);
                    app.Services.GetRequiredService<NodeRoutes>().Map(routes);
                    app.Services.GetRequiredService<BudgetRoutes>().Map(routes);
                    app.Services.GetRequiredService<WebhookRoutes>().Map(routes);
                    app.Services.GetRequiredService<MailRoutes>().Map(routes);
                    app.Services.GetRequiredService<KeyRoutes>().Map(routes);
                });
            });
        app.Use(CrossSite.GuardAsync);
        app.Use((context, next) => BasePath.StripAsync(context, next));
        app.UseRouting();
        app.Services.GetRequiredService<ModelRoutes>().Map(app);
        app.Services.GetRequiredService<RequestRoutes>().Map(app);
        app.Services.GetRequiredService<QuoteRoute>().Map(app);
        app.Services.GetRequiredService<ResponseRoutes>().Map(app);
        app.Services.GetRequiredService<TokenCountRoute>().Map(app);
        app.Services.GetRequiredService<RunRoutes>().Map(app);
        app.Services.GetRequiredService<BatchRoutes>().Map(app);
        app.Services.GetRequiredService<MessageBatchRoutes>().Map(app);
        app.Services.GetRequiredService<FileRoutes>().Map(app);
        app.Services.GetRequiredService<UploadRoutes>().Map(app);
        app.Services.GetRequiredService<HookRoutes>().Map(app);
    }

    /// <summary>The two listeners' real ports, known once they listen.</summary>
    private sealed class Ports
    {
        public int AdminPort { get; private set; } = -1;

        public Uri PublicUrl { get; private set; } = null!;

        public Uri AdminUrl { get; private set; } = null!;

        public void Bind(ICollection<string> addresses)
        {
            // In the order in which they were asked for.
            PublicUrl = new Uri(addresses.First());
            AdminUrl = new Uri(addresses.Last());
            AdminPort = PublicUrl.Port != AdminUrl.Port
                ? AdminUrl.Port
                : throw new IOException($"The system gave both listeners the port {AdminUrl.Port}, by which they are told apart. Start again, or name the ports.");
        }
    }
}
