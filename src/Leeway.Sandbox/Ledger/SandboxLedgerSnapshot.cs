namespace Leeway.Sandbox.Ledger;

/// <summary>What the sandbox saw and billed. Amounts are USD, exact.</summary>
/// <param name="Calls">HTTP calls by route, <c>POST /v1/batches</c>; those struck by a fault included.</param>
/// <param name="RealTime">Answered real-time calls at list prices. A call is billed when it is accepted, also if the client leaves before the answer.</param>
/// <param name="Batch">Rows run in batches; billed when their batch ends.</param>
/// <param name="CustomIds">Per custom_id of a validated batch; empty when not asked for.</param>
/// <param name="Prompts">Per prompt digest (<see cref="PromptDigest"/>); empty when not asked for.</param>
public sealed record SandboxLedgerSnapshot(
    IReadOnlyDictionary<string, long> Calls,
    LaneBill RealTime,
    LaneBill Batch,
    long CustomIdsSeen,
    long CustomIdsBilledTwice,
    long PromptsBilled,
    long PromptsBilledTwice,
    IReadOnlyList<BatchBill> Batches,
    IReadOnlyDictionary<string, CustomIdBill> CustomIds,
    IReadOnlyDictionary<string, PromptBill> Prompts)
{
    public long Requests => Calls.Values.Sum();

    /// <summary>Real-time calls answered in the flex tier; not part of <see cref="RealTime"/>.</summary>
    public LaneBill Flex { get; init; }

    /// <summary>Real-time calls answered in the priority tier; not part of <see cref="RealTime"/>.</summary>
    public LaneBill Priority { get; init; }

    public decimal BilledUsd => RealTime.CostUsd + Flex.CostUsd + Priority.CostUsd + Batch.CostUsd;
}

/// <summary>The sums of one lane. Input tokens include those read from a prompt cache and those written to it.</summary>
public readonly record struct LaneBill(long Billed, long InputTokens, long CachedTokens, long OutputTokens, decimal CostUsd)
{
    /// <summary>Written to a prompt cache, for 5 minutes or an hour; only Anthropic bills it.</summary>
    public long CacheWriteTokens { get; init; }
}

/// <summary>A custom_id: in how many validated batches it stood, how often a run of it was billed, and for how much. Its lane is always batch.</summary>
public readonly record struct CustomIdBill(int Seen, int Billed, decimal CostUsd);

/// <summary>How often a prompt was billed in each lane. Prompts that differ only in parameters share a digest.</summary>
public readonly record struct PromptBill(int RealTimeBilled, int BatchBilled);

/// <summary>A batch, also one whose create answer was lost. A batch of messages has no input file and no metadata, and its model is null when its rows name several.</summary>
public sealed record BatchBill(
    string Id, string Status, string? Model, string InputFileId, DateTimeOffset CreatedAt,
    int Total, int Completed, int Failed, int Billed, decimal CostUsd, IReadOnlyDictionary<string, string> Metadata);
