using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Ledger;

namespace Leeway.Sandbox;

/// <summary>Settings of one sandbox. Every draw depends on <see cref="Seed"/>, so a run can be repeated.</summary>
public sealed record SandboxOptions
{
    /// <summary>TCP port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Calls to another vendor's API are 404.</summary>
    public SandboxKind Kind { get; init; } = SandboxKind.All;

    /// <summary>Equal seeds and equal calls give equal answers, delays and faults.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// Turnaround law of batches, all assumed: <c>instant</c> (complete at the next read), <c>healthy</c> (lognormal, median 12 min, within 24 h),
    /// <c>degraded</c> (median 90 min, some expire) or <c>stall</c> (every batch expires with nothing run).
    /// </summary>
    public string Law { get; init; } = "healthy";

    /// <summary>
    /// Law of the flex tier, assumed: <c>open</c>, <c>closed</c>, the chance that a try is accepted as <c>0.6</c>, or that with the share of half hours in which nothing
    /// is, as <c>0.6/0.1</c>; what is accepted takes 1 to 10 minutes. Null accepts everything and takes no longer than real time.
    /// </summary>
    public string? Flex { get; init; }

    /// <summary>Whether <paramref name="text"/> is a law of the flex tier.</summary>
    public static bool IsFlexLaw(string text)
    {
        try
        {
            return FlexLaw.Parse(text) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>How many seconds pass in the sandbox per second of the time provider. Pass 1 with a provider that is already scaled.</summary>
    public double TimeScale { get; init; } = 1;

    /// <summary>Where the sandbox's clock starts; null starts it at the time provider's now.</summary>
    public DateTimeOffset? Epoch { get; init; }

    /// <summary>Mean time to the first token of a real-time call, on the sandbox's clock; null is zero under <c>instant</c> and 400 ms elsewhere.</summary>
    public TimeSpan? RealTimeLatency { get; init; }

    /// <summary>Median time a response in the background takes, on the sandbox's clock; null is zero under <c>instant</c> and 20 s elsewhere.</summary>
    public TimeSpan? BackgroundTurnaround { get; init; }

    /// <summary>Time between two streamed chunks, on the sandbox's clock.</summary>
    public TimeSpan ChunkInterval { get; init; }

    /// <summary>A fixed time from create to completion, in place of the law's draw.</summary>
    public TimeSpan? Turnaround { get; init; }

    /// <summary>
    /// The time from create to completion by the instant of create, in place of <see cref="Turnaround"/> and of the law's draw. Asked once for
    /// each batch, in the order of creation, so that a replay can be given the same luck.
    /// </summary>
    public Func<DateTimeOffset, TimeSpan>? TurnaroundOf { get; init; }

    /// <summary>Told of every answer that is billed, as it is, by the thread that bills it: what the ledger's sums are made of. Null: nobody.</summary>
    public Action<SandboxBill>? Billed { get; init; }

    /// <summary>Prompt tokens that may be enqueued per model over all live batches; a batch beyond it fails with <c>token_limit_exceeded</c>. Null is no limit.</summary>
    public long? EnqueuedTokenLimit { get; init; }

    /// <summary>
    /// Azure's deployments besides those it has by itself: each model under its own name (<c>GlobalStandard</c>), and each chat model with <c>-batch</c> behind it (<c>GlobalBatch</c>).
    /// </summary>
    public IReadOnlyList<AzureDeployment> AzureDeployments { get; init; } = [];

    /// <summary>Time a function or container takes to start, on the sandbox's clock; null is zero under <c>instant</c> and 4 s elsewhere.</summary>
    public TimeSpan? ColdStart { get; init; }

    /// <summary>Time without a call after which a function or container is taken down.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The key containers ask for as the bearer; null asks for none.</summary>
    public string? ContainerKey { get; init; }

    /// <summary>Files above this size live in a temporary folder, deleted on dispose.</summary>
    public int MemoryFileBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>What concerns AWS alone: its key, quotas, cold starts.</summary>
    public AwsOptions Aws { get; init; } = new();
}
