using Leeway.Economics.Decisions;

namespace Leeway.Economics.Monitoring;

/// <summary>Requests paid at the price of speed whose P95 is over 5 minutes: a batch would have done for them.</summary>
public static class LatencyRule
{
    /// <summary>The article's bound.</summary>
    public static readonly TimeSpan Batchable = TimeSpan.FromMinutes(5);

    /// <summary>Fewer requests say nothing about their 95th percentile.</summary>
    public const int Fewest = 20;

    /// <summary>Classes over the bound, of succeeded requests outside batches and cache.</summary>
    public static IEnumerable<Finding> Check(IEnumerable<EndedRequest> requests) =>
        from request in requests
        where request.State == RequestState.Succeeded && request.Lane is not (Lane.Batch or Lane.Cache)
        group request.Wait by (request.Model, request.Lane) into waits
        let figures = WaitFigures.Of(waits)
        where figures.Count >= Fewest && figures.P95 > Batchable
        select new Finding(
            "latency", $"{waits.Key.Model}, {Say.Of(waits.Key.Lane)}", figures.P95.TotalSeconds, Batchable.TotalSeconds, MeasureUnit.Seconds,
            Say.Of($"P95 of {figures.Count} requests is {Say.Of(figures.P95)} (P50 {Say.Of(figures.P50)}, P99 {Say.Of(figures.P99)})."),
            "Their owners wait longer than a batch needs at half the price: give them a deadline, or find out what holds them up.");
}
