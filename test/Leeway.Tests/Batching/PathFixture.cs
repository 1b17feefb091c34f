using System.Text;
using Leeway.Adapters;
using Leeway.Batching;
using Leeway.Economics;
using Leeway.Execution;
using Leeway.Hosting;
using Leeway.Planning;
using Leeway.Queue;
using Leeway.RealTime;
using Leeway.Results;
using Leeway.Routing;
using Leeway.Sandbox;
using Leeway.Storage;
using Leeway.Tests.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Batching;

/// <summary>The path as the host wires it, on a real database and a clock that the test moves; no loop runs, tests call each stage themselves.</summary>
internal sealed class PathFixture : IAsyncDisposable
{
    public const string Chat = "/v1/chat/completions";

    private readonly string _folder;
    private readonly ServiceProvider _services;
    private readonly SemaphoreSlim _slotFreed = new(0);
    private bool _keepFolder;

    private PathFixture(string folder, FakeTimeProvider clock, MutableConfig config, FakeVendor vendor, SandboxServer? sandbox, LeewayStorage storage, ILanePolicy? policy)
    {
        (_folder, Clock, Config, Vendor, Sandbox, Storage) = (folder, clock, config, vendor, sandbox, storage);
        IReadOnlyList<IProvider> providers = sandbox is null ? [vendor] : ProviderSet.CreateAll(clock, NullLoggerFactory.Instance);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(clock).AddSingleton<IRandomSource>(new SeededRandomSource(Environment.TickCount));
        services.AddSingleton<IConfigSource>(config).AddSingleton<IPriceCatalog>(PriceCatalog.BuiltIn);
        services.AddSingleton(storage.Requests).AddSingleton(storage.Batches).AddSingleton<IResultStore>(Results = new FailingResults(storage.Results))
            .AddSingleton(storage.Ledger).AddSingleton(storage.Deliveries);
        services.AddSingleton<IEnumerable<IProvider>>(providers).AddSingleton(providers.OfType<IBatchProvider>());
        services.AddSingleton<IDialects, PlainDialects>();
        services.AddLeeway();
        if (policy is not null)
        {
            services.AddSingleton(policy);
        }

        _services = services.BuildServiceProvider();
        Runner.SlotFreed += () => _slotFreed.Release();
    }

    public FakeTimeProvider Clock { get; }

    public MutableConfig Config { get; }

    public FakeVendor Vendor { get; }

    public SandboxServer? Sandbox { get; }

    public LeewayStorage Storage { get; }

    public FailingResults Results { get; }

    public QuarantineConfig Quarantine => Config.Current.Lanes.Batch.Quarantine;

    public QueueIndex Index => Get<QueueIndex>();

    public RequestQueue Queue => Get<RequestQueue>();

    public BatchTable Table => Get<BatchTable>();

    public BatchFormer Former => Get<BatchFormer>();

    public BatchSubmitter Submitter => Get<BatchSubmitter>();

    public TwinWatcher Twins => Get<TwinWatcher>();

    public BatchPoller Poller => Get<BatchPoller>();

    public BatchCollector Collector => Get<BatchCollector>();

    public DeferredRunner Runner => Get<DeferredRunner>();

    public LanePlanner Planner => Get<LanePlanner>();

    public RouteTable Routes => Get<RouteTable>();

    public RealTimeDispatcher Dispatcher => Get<RealTimeDispatcher>();

    public static LeewayConfig DefaultConfig { get; } = new()
    {
        Providers = new Dictionary<string, ProviderConfig>
        {
            ["openai"] = new() { ApiKey = new Secret("sk-test", "literal"), Retries = new RetriesConfig { Max = 0 } },
        },
        Priorities = new PrioritiesConfig
        {
            Low = new PriorityConfig
            {
                Deadline = TimeSpan.FromHours(24),
                Seal = new SealConfig { Requests = 10_000 },
                Windows = [new WindowConfig { From = new TimeOnly(2, 0), To = new TimeOnly(6, 0), Tz = "UTC" }],
            },
        },
    };

    public static async Task<PathFixture> StartAsync(LeewayConfig? config = null, SandboxOptions? sandbox = null, string? folder = null, FakeTimeProvider? clock = null, FakeVendor? vendor = null, ILanePolicy? policy = null)
    {
        clock ??= new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        folder ??= Directory.CreateTempSubdirectory("leeway-path-").FullName;
        config ??= DefaultConfig;
        SandboxServer? server = sandbox is null ? null : await SandboxServer.StartAsync(sandbox, clock);
        if (server is not null)
        {
            config = config with
            {
                Providers = config.Providers.ToDictionary(pair => pair.Key, pair => pair.Value with { BaseUrl = new Uri($"{server.BaseUri}v1") }),
            };
        }

        LeewayStorage storage = await TestDatabases.OpenAsync(folder, clock);
        return new PathFixture(folder, clock, new MutableConfig(config), vendor ?? new FakeVendor(clock), server, storage, policy);
    }

    /// <summary>Ends this process, so to speak, and starts the next one on the same storage, clock and vendor.</summary>
    public async Task<PathFixture> RestartAsync()
    {
        _keepFolder = true;
        await DisposeAsync();
        PathFixture next = await StartAsync(Config.Current, null, _folder, Clock, Vendor);
        foreach (BatchRecord batch in await next.Storage.Batches.LoadOpenAsync(0, CancellationToken.None))
        {
            next.Table.Set(batch);
        }

        await next.Queue.LoadAsync(0, CancellationToken.None);
        return next;
    }

    public async Task<RequestId> EnqueueAsync(
        Priority priority = Priority.Standard, TimeSpan? deadline = null, string model = "gpt-4o-mini", string endpoint = Chat, RunId? run = null,
        int tokens = 100, int padding = 0, Lane? pinned = null, int number = 0, string team = Teams.Default, PrefixKey? prefix = null)
    {
        DateTimeOffset now = Clock.GetUtcNow();
        var request = new NewRequest
        {
            Id = new RequestId(Get<IdSource>().Next()),
            Endpoint = endpoint,
            Model = model,
            Deployment = $"openai/{model}",
            Body = Encoding.UTF8.GetBytes($$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{number}} {{new string('x', padding)}}"}]}"""),
            Priority = priority,
            Deadline = now + (deadline ?? (priority == Priority.Low ? TimeSpan.FromHours(24) : TimeSpan.FromHours(1))),
            AcceptedAt = now,
            PinnedLane = pinned,
            EstimatedInputTokens = tokens,
            Team = team,
            Prefix = prefix,
            Run = run,
            CustomId = run is null ? null : Get<IdSource>().Next().ToString("N"),
        };
        return await Queue.EnqueueAsync(request, CancellationToken.None);
    }

    public async Task<RequestId[]> EnqueueManyAsync(int count, Priority priority = Priority.Standard, TimeSpan? deadline = null)
    {
        var ids = new RequestId[count];
        for (int i = 0; i < count; i++)
        {
            ids[i] = await EnqueueAsync(priority, deadline, number: i);
        }

        return ids;
    }

    /// <summary>Seals everything, whatever its time.</summary>
    public async Task<BatchRecord> SealAsync()
    {
        Index.SealAll();
        await Former.RunOnceAsync(CancellationToken.None);
        return Table.Open[^1];
    }

    /// <summary>Seals and submits, and returns the vendor's job.</summary>
    public async Task<FakeJob> SubmitAsync()
    {
        await SealAsync();
        await SubmitOnceAsync();
        return Vendor.Jobs[^1];
    }

    public Task SubmitOnceAsync() => Submitter.RunOnceAsync(CancellationToken.None);

    /// <summary>Polls, whatever the back-off, and collects.</summary>
    public async Task CollectAsync()
    {
        Clock.Advance(Config.Current.Lanes.Batch.Poll.Max);
        await Poller.RunOnceAsync(CancellationToken.None);
        await Collector.RunOnceAsync(CancellationToken.None);
    }

    /// <summary>Starts what is due in real time and waits until all of it has ended.</summary>
    public async Task RunDueAsync()
    {
        Runner.RunOnce(CancellationToken.None);
        while (Runner.Active > 0)
        {
            await _slotFreed.WaitAsync();
        }
    }

    public async Task<RequestRecord> ReadAsync(RequestId id) => (await Storage.Requests.FindAsync(id, CancellationToken.None))!;

    public async Task<RequestState> StateAsync(RequestId id) => (await ReadAsync(id)).Request.State;

    public async Task<BatchRecord> BatchAsync(BatchId id) => (await Storage.Batches.FindAsync(id, CancellationToken.None))!;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Storage.DisposeAsync();
        if (Sandbox is not null)
        {
            await Sandbox.DisposeAsync();
        }

        if (!_keepFolder)
        {
            await TestDatabases.ReleaseAsync(_folder);
            Directory.Delete(_folder, recursive: true);
        }
    }
}

/// <summary>A configuration that tests replace.</summary>
internal sealed class MutableConfig(LeewayConfig config) : IConfigSource
{
    public event Action<LeewayConfig>? Changed;

    public LeewayConfig Current { get; private set; } = config;

    public void Set(LeewayConfig next)
    {
        Current = next;
        Changed?.Invoke(next);
    }
}

/// <summary>Records ends, except when told to fail first.</summary>
internal sealed class FailingResults(IResultStore inner) : IResultStore
{
    /// <summary>Fails the n-th call from now, once; 0 is never.</summary>
    public int FailAt { get; set; }

    public Task<IReadOnlyList<FinishOutcome>> FinishAsync(IReadOnlyList<FinishedRequest> ends, CancellationToken cancellationToken) =>
        FailAt > 0 && --FailAt == 0 ? throw new IOException("scripted: the disk is full") : inner.FinishAsync(ends, cancellationToken);
}

/// <summary>Ends in no dialect.</summary>
internal sealed class PlainDialects : IDialects
{
    public RequestResult Failed(string endpoint, ProviderError error) => new(error.StatusCode ?? 502, error.Body, error.Kind.ToString());

    public RequestResult Expired(string endpoint, DateTimeOffset deadline) => new(504, default, "request_expired");

    public RequestResult Cancelled(string endpoint) => new(499, default, "request_cancelled");

    public RequestResult NoRoute(string endpoint, string model) => new(404, default, "model_not_found");

    public RequestResult BodyMissing(string endpoint) => new(500, default, "internal_error");
}
