namespace Leeway.Cli.Demo.Watching;

/// <summary>One look at the running demo.</summary>
internal sealed record Reading
{
    /// <summary>On the demo's clock.</summary>
    public required DateTimeOffset At { get; init; }

    public required CostLine Total { get; init; }

    public required IReadOnlyList<PriorityReading> Priorities { get; init; }

    public required IReadOnlyList<BatchLine> Batches { get; init; }

    public long Accepted { get; init; }
}

/// <summary>One priority.</summary>
/// <param name="Waiting">Queued for a batch or a slot; null where nothing waits.</param>
/// <param name="InBatch">Sealed or at the provider.</param>
/// <param name="Done">Requests with an answer that was paid for.</param>
/// <param name="MedianWait">Of the latest answers, in seconds on the demo's clock.</param>
internal sealed record PriorityReading(string Name, int? Waiting, int? InBatch, long Done, double? MedianWait, CostLine Cost);
