using Leeway.Batching;
using Leeway.Hosting;
using Leeway.Planning;
using Leeway.Queue;
using Leeway.RealTime;
using Leeway.Results;
using Leeway.Routing;
using Leeway.Simulation.Clock;
using Leeway.Simulation.Events;
using Leeway.Simulation.Stores;
using Leeway.Simulation.Vendors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Leeway.Simulation.Stages;

/// <summary>
/// The production path on a virtual clock: the stages as the host composes them, their loops driven by events, stores in memory, providers that
/// follow laws. One run each; the same setup and arrivals give the same outcomes in the same order, on any machine.
/// </summary>
/// <remarks>
/// Not part of it are classification (arrivals bring deadline and preset), deliveries, files, retention, and limits in tokens a minute: bodies are
/// numbers, so <c>tpm</c> of a deployment is not felt; the vendor's law gives its capacity in requests a minute. Calls to the batch API itself take no
/// time. A call that a timeout or its caller cuts off is not billed.
/// </remarks>
public sealed class SimulatedGateway : IDisposable
{
    private readonly EventLoop _events;
    private readonly OutcomeBook _book;
    private readonly ServiceProvider _services;
    private readonly StageDriver[] _drivers;
    private readonly RequestQueue _queue;
    private readonly QueueIndex _index;
    private readonly BatchTable _table;
    private readonly UrgentLane _urgent;
    private readonly RouteTable _routes;

    private SimulatedGateway(SimulationSetup setup)
    {
        _events = new EventLoop(setup.Start);
        var clock = new VirtualClock(_events, setup.Zone);
        Bill = new VendorBill(setup.Prices);
        SimulatedProvider[] providers =
        [
            .. setup.Config.Providers.Values.Select(provider => provider.Kind).Distinct().Order(StringComparer.Ordinal)
                .Select(kind => new SimulatedProvider(kind, setup.Vendor, Bill, clock)),
        ];
        _book = new OutcomeBook(setup.Observer, batch => Array.ForEach(providers, provider => provider.Forget(batch)));
        ServiceCollection services = Compose(setup, clock, providers, new MemoryTables(_book, keepsAll: false));
        _services = services.BuildServiceProvider();
        (_queue, _index, _table, _routes) = (Get<RequestQueue>(), Get<QueueIndex>(), Get<BatchTable>(), Get<RouteTable>());
        _urgent = new UrgentLane(Get<RealTimeDispatcher>(), Get<ILedgerStore>(), clock, _book);
        _drivers =
        [
            .. services.Where(IsDriven).Select(service => new StageDriver(
                (PathLoop)ActivatorUtilities.CreateInstance(_services, service.ImplementationType!), _events, IsIdle)),
        ];
    }

    /// <summary>What the providers charged.</summary>
    public VendorBill Bill { get; }

    /// <summary>The sums so far.</summary>
    public SimulationTotals Totals => _book.Totals;

    /// <summary>The virtual now, UTC.</summary>
    public DateTimeOffset Now => new(_events.Ticks, TimeSpan.Zero);

    /// <summary>Makes a gateway with the production planner, or another policy.</summary>
    public static SimulatedGateway Create(LeewayConfig config, IPriceCatalog prices, ISimulatedVendor vendor, ILanePolicy? policy = null, int seed = 0) =>
        Create(new SimulationSetup(config, prices, vendor) { Policy = policy is null ? null : _ => policy, Seed = seed });

    /// <summary>Makes a gateway.</summary>
    public static SimulatedGateway Create(SimulationSetup setup) => new(setup);

    /// <summary>A stage or service of the path, to look at or to put a policy together from.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Sends the arrivals through the path and goes on until the last of them has ended and every batch is collected. Once.</summary>
    /// <param name="arrivals">In order of <see cref="SimulatedRequest.At"/>; read one ahead, so that a trace need not be in memory.</param>
    /// <exception cref="InvalidOperationException">A stage failed, something left the simulation's thread, or a request never ended.</exception>
    public SimulationTotals Run(IEnumerable<SimulatedRequest> arrivals)
    {
        using var feed = new ArrivalFeed(arrivals, _events, Arrive);
        SimulationThread.Run(_events, () => feed.ScheduleNext());
        Totals.Events = _events.Handled;
        return Totals.Ended == Totals.Arrived
            ? Totals
            : throw new InvalidOperationException($"{Totals.Arrived - Totals.Ended} of {Totals.Arrived} requests never ended.");
    }

    /// <inheritdoc/>
    public void Dispose() => _services.Dispose();

    private static ServiceCollection Compose(SimulationSetup setup, VirtualClock clock, SimulatedProvider[] providers, MemoryTables tables)
    {
        var services = new ServiceCollection();
        services.AddLogging(static logging => logging.AddProvider(new FaultLog()));
        services.AddSingleton<TimeProvider>(clock).AddSingleton<IRandomSource>(new SeededRandomSource(setup.Seed));
        services.AddSingleton<IConfigSource>(new StaticConfig(LocalZones.Replace(setup.Config, clock.LocalTimeZone))).AddSingleton(setup.Prices);
        services.AddSingleton<IRequestStore>(new MemoryRequestStore(tables)).AddSingleton<IBatchStore>(new MemoryBatchStore(tables))
            .AddSingleton<IResultStore>(new MemoryResultStore(tables)).AddSingleton<ILedgerStore>(new MemoryLedgerStore(tables))
            .AddSingleton<ITurnaroundStore, MemoryTurnaroundStore>();
        services.AddSingleton<IEnumerable<IProvider>>(providers).AddSingleton<IEnumerable<IBatchProvider>>(providers);
        services.AddSingleton<IDialects, SimulatedDialects>();
        services.AddLeeway();
        if (setup.Policy is { } policy)
        {
            services.AddSingleton(policy);
        }

        setup.Replace?.Invoke(services);
        return services;
    }

    // Every loop of the path but those that tidy up, for which nothing is kept here.
    private static bool IsDriven(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService)
        && service.ImplementationType is { } type
        && type.IsAssignableTo(typeof(PathLoop))
        && type != typeof(RetentionLoop)
        && type != typeof(FileLoop)
        && type != typeof(TurnaroundLoop);

    private bool IsIdle() => _index.Count == 0 && _table.Count == 0;

    private void Arrive(in SimulatedRequest request)
    {
        Totals.Arrived++;
        Route route = _routes.Resolve(request.Model).Route ?? throw new InvalidOperationException($"Model '{request.Model}' has no route or no price.");
        var body = new SimulatedBody(request.Number, request.InputTokens, request.CachedTokens, request.OutputTokens);
        RequestId id = _book.NewId(request.Number);
        if (request.Priority == Priority.Urgent || request.Deadline <= request.At)
        {
            SimulationThread.Watch(_urgent.SendAsync(id, request, route, body));
            return;
        }

        if (_index.Count == 0)
        {
            // Loops that have fallen idle are not all woken by the queue.
            Array.ForEach(_drivers, static driver => driver.Signal());
        }

        Task<RequestId> stored = _queue.EnqueueAsync(
            new NewRequest
            {
                Id = id,
                Endpoint = request.Endpoint,
                Model = request.Model,
                Deployment = route.Primary.Id,
                Body = body.ToBytes(),
                BodyAt = new BodyLocation(default, 0, request.BodyBytes > 0 ? request.BodyBytes : 4 * request.InputTokens),
                Priority = request.Priority,
                Deadline = request.Deadline,
                AcceptedAt = request.At,
                PinnedLane = request.PinnedLane,
                EstimatedInputTokens = request.InputTokens,
                Caller = request.Caller,
                Team = request.Team,
                Run = request.Run,
            },
            CancellationToken.None);
        stored.GetAwaiter().GetResult();
        Totals.MostOpen = Math.Max(Totals.MostOpen, _index.Count);
    }
}
