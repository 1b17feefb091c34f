using Leeway.Advisor.Advice;
using Leeway.Advisor.Profile;

namespace Leeway.Advisor.Report;

/// <summary>USD over the trace, priced models only: sums of what the advice holds.</summary>
/// <param name="RealTime">At once, at the list price.</param>
/// <param name="Flex">All on flex, at once where a model has no such price; null when none has.</param>
/// <param name="Batch">The same in batches.</param>
/// <param name="WithoutBatchPrice">Whether a priced model has no batch price.</param>
/// <param name="AdvisedRealTime">As advised, middle guess: what stays or is rescued.</param>
/// <param name="AdvisedBatch">As advised, middle guess: what waits and is back in time.</param>
/// <param name="Paid">What the trace says was paid; null when it does not.</param>
internal sealed record LaneCosts(decimal RealTime, decimal? Flex, decimal? Batch, bool WithoutBatchPrice, decimal AdvisedRealTime, decimal AdvisedBatch, decimal? Paid)
{
    /// <summary>Null when nothing is priced.</summary>
    public static LaneCosts? Of(AdviceResult result)
    {
        ModelLoad[] priced = [.. result.Profile.Models.Where(model => model.ListCostUsd is not null)];
        if (priced.Length == 0 || result.Profile.Volume.ListCostUsd is not { } list)
        {
            return null;
        }

        decimal movedList = 0, movedBatch = 0;
        ILookup<(ClassKind, string), ClassProfile> groups = result.Profile.Classes.ToLookup(group => (group.Kind, group.Name));
        foreach (ClassAdvice advice in result.Classes)
        {
            decimal moved = (decimal)(advice.Deferrable.Mid * advice.BackInTime.Mid);
            if (groups[(advice.Kind, advice.Name)].FirstOrDefault() is { OpenListCostUsd: { } open, OpenBatchCostUsd: { } batch })
            {
                movedList += moved * open;
                movedBatch += moved * batch;
            }
        }

        return new LaneCosts(
            list,
            priced.Any(model => model.FlexCostUsd is not null) ? priced.Sum(model => model.FlexCostUsd ?? model.ListCostUsd!.Value) : null,
            priced.Any(model => model.BatchCostUsd is not null) ? priced.Sum(model => model.BatchCostUsd ?? model.ListCostUsd!.Value) : null,
            priced.Any(model => model.BatchCostUsd is null),
            list - movedList,
            movedBatch,
            result.Profile.Volume.PaidUsd);
    }
}
