using Leeway.Economics.Decisions;

namespace Leeway.Economics.Monitoring;

/// <summary>Deadlines that are not kept, by priority and lane.</summary>
public static class AdherenceRule
{
    /// <summary>The share that should be met. One in a thousand is the most that deferring may cost.</summary>
    public const double Target = 0.999;

    /// <summary>Met and all, by priority; cancelled requests have no deadline to keep.</summary>
    public static IReadOnlyList<(Priority Priority, int Met, int All)> Figures(IEnumerable<EndedRequest> requests) =>
    [
        .. from request in requests
           where request.State != RequestState.Cancelled
           group request by request.Priority into kept
           orderby kept.Key
           select (kept.Key, kept.Count(request => request.IsMet), kept.Count()),
    ];

    /// <summary>Priorities below the target.</summary>
    public static IEnumerable<Finding> Check(IReadOnlyCollection<EndedRequest> requests)
    {
        foreach ((Priority priority, int met, int all) in Figures(requests))
        {
            double share = (double)met / all;
            if (share < Target)
            {
                EndedRequest[] missed = [.. requests.Where(request => request.Priority == priority && request.State != RequestState.Cancelled && !request.IsMet)];
                int failed = missed.Count(request => request.State == RequestState.Failed);
                int batched = missed.Count(request => request.Lane == Lane.Batch);
                yield return new Finding(
                    "deadline_adherence", Say.Of(priority), share, Target, MeasureUnit.Share,
                    Say.Of($"{missed.Length} of {all} missed: {failed} failed, {missed.Length - failed} were late or expired; {batched} travelled in batches."),
                    failed * 2 > missed.Length
                        ? "Most of them failed: 'leeway request list --state failed' shows why."
                        : batched * 2 > missed.Length
                            ? "Seal smaller batches more often, give longer deadlines, or raise the rescue's head-room in real time."
                            : "Real time is the bottleneck: add capacity or a second deployment, or give what can wait a longer deadline.");
            }
        }
    }
}
