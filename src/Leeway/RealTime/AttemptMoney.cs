using Leeway.Ledger;

namespace Leeway.RealTime;

/// <summary>The money of one real-time attempt, priced as of its dispatch.</summary>
internal readonly struct AttemptMoney(CostLedger ledger, TimeProvider clock, RealTimeRequest request, int attempt, Deployment deployment, DateTimeOffset dispatchedAt)
{
    public Deployment Deployment => deployment;

    /// <summary>An entry from the provider's own count.</summary>
    public LedgerEntry Settle(ReportedUsage usage) => Entry(usage, estimated: false);

    /// <summary>
    /// An entry for an answer that broke off or told no usage: input by the estimator, output at four bytes a token of what came (an
    /// event's frame makes that an over-estimate), marked as an estimate.
    /// </summary>
    public LedgerEntry Estimate(long answerBytes) =>
        Entry(new TokenUsage(TokenEstimator.Estimate(request.Call.Body.Span), 0, 0, answerBytes / 4, 0), estimated: true);

    private LedgerEntry Entry(ReportedUsage usage, bool estimated) => ledger.EntryFor(
        request.Id, attempt, request.Lane, request.Priority, deployment, request.Route.Model, request.Caller, usage, dispatchedAt, clock.GetUtcNow(), estimated);
}
