using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.MessageBatches;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Responses;
using Leeway.Sandbox.Vendors;
using Leeway.Sandbox.Webhooks;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox;

/// <summary>The state behind the endpoints of one sandbox.</summary>
internal sealed class SandboxWorld : IDisposable
{
    // Assumed: the slowest of a hundred calls takes some 2.3 times the mean.
    private const double LatencySigma = 0.4;

    private static readonly TimeSpan s_defaultLatency = TimeSpan.FromMilliseconds(400);

    // Assumed: what is left to the background is long.
    private static readonly TimeSpan s_defaultBackground = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeSpan _latency;
    private readonly FlexLaw? _flex;

    public SandboxWorld(SandboxOptions options, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.TimeScale);
        ArgumentOutOfRangeException.ThrowIfEqual(options.Kind, SandboxKind.None);
        Options = options;
        _latency = options.RealTimeLatency ?? (TurnaroundLaw.Parse(options.Law).IsInstant ? TimeSpan.Zero : s_defaultLatency);
        _flex = FlexLaw.Parse(options.Flex);
        Clock = new SandboxClock(time, options.TimeScale, options.Epoch);
        Ledger = new SandboxLedger(Clock, options.Billed);
        Ids = new IdSource(options.Seed);
        Faults = new FaultSet(options.Seed);
        Files = new FileStore(Clock, Ids, options.MemoryFileBytes);
        MessageBatches = new MessageBatchStore(this);
        Cache = new PromptCache(Clock);
        Responses = new ResponseStore(Clock, BillRealTime);
        Webhooks = new WebhookSender(this);
        WebhookLoop = new WebhookLoop(this);
        BackgroundTurnaround = options.BackgroundTurnaround ?? (TurnaroundLaw.Parse(options.Law).IsInstant ? TimeSpan.Zero : s_defaultBackground);
        RealTimeContext = new AnswerContext(options.Seed, Cache, Responses);
        BatchContext = RealTimeContext with { InBatch = true };
        Batches = new BatchStore(this, new OpenAIBatchRules(Files, BatchContext));
        Vendors = [.. SandboxVendors.All.Select(vendor => vendor.Open(this))];
    }

    public SandboxOptions Options { get; }

    /// <summary>All of them, also those the options leave out.</summary>
    public IReadOnlyList<Vendor> Vendors { get; }

    public SandboxClock Clock { get; }

    public IdSource Ids { get; }

    public FaultSet Faults { get; }

    public FileStore Files { get; }

    public BatchStore Batches { get; }

    public MessageBatchStore MessageBatches { get; }

    public PromptCache Cache { get; }

    public ResponseStore Responses { get; }

    public WebhookSender Webhooks { get; }

    public WebhookLoop WebhookLoop { get; }

    /// <summary>Median.</summary>
    public TimeSpan BackgroundTurnaround { get; }

    public AnswerContext RealTimeContext { get; }

    public AnswerContext BatchContext { get; }

    public SandboxLedger Ledger { get; }

    public bool IsStopping => _stopping.IsCancellationRequested;

    public void BillRealTime(Answer answer) => Ledger.BillRealTime(answer.Digest, answer.Tier, answer.Usage, answer.Model.PriceOf(answer.Tier).Of(answer.Usage));

    /// <summary>True when a call has asked for the flex tier, and its law or a fault leaves no room in it.</summary>
    public bool RefusesFlex(ServiceTier tier, ulong digest) =>
        tier == ServiceTier.Flex && (Faults.Strikes(FaultKind.FlexRefused) || _flex?.Accepts(Options.Seed, digest, Clock.Now) == false);

    /// <summary>The ledger after every batch has been brought up to the clock.</summary>
    public async Task<SandboxLedgerSnapshot> ReadLedgerAsync(bool withEntries, CancellationToken cancellationToken)
    {
        var bills = new List<BatchBill>();
        foreach (var vendor in Vendors)
        {
            bills.AddRange(await vendor.BillAllAsync(cancellationToken));
        }

        return Ledger.Snapshot(bills, withEntries);
    }

    /// <summary>Lognormal around the mean latency, the same for the same prompt; by its law in the flex tier.</summary>
    public Task DelayFirstTokenAsync(ServiceTier tier, ulong digest, CancellationToken cancellationToken)
    {
        if (tier == ServiceTier.Flex && _flex is not null)
        {
            return Clock.DelayAsync(FlexLaw.ServiceTime(Options.Seed, digest), cancellationToken);
        }

        var median = _latency.TotalSeconds * Math.Exp(-LatencySigma * LatencySigma / 2);
        var random = new SeededRandom(Options.Seed, "latency", digest);
        return Clock.DelayAsync(TimeSpan.FromSeconds(random.NextLognormal(median, LatencySigma)), cancellationToken);
    }

    public CancellationTokenSource LinkToShutdown(CancellationToken aborted) => CancellationTokenSource.CreateLinkedTokenSource(aborted, _stopping.Token);

    /// <summary>Forgets files, batches, faults and the ledger. Ids go on, so that none is given twice.</summary>
    public void Reset()
    {
        foreach (var vendor in Vendors)
        {
            vendor.Clear();
        }

        Files.Clear();
        Cache.Clear();
        Webhooks.Clear();
        Faults.Clear();
        Ledger.Clear();
    }

    public void Stop() => _stopping.Cancel();

    public void Dispose()
    {
        foreach (var vendor in Vendors.OfType<IDisposable>())
        {
            vendor.Dispose();
        }

        Webhooks.Dispose();
        Files.Dispose();
        _stopping.Dispose();
    }
}
