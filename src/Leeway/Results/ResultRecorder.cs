using Leeway.Ledger.Budgets;
using Leeway.Telemetry;

namespace Leeway.Results;

/// <summary>Records ends: durable first, then told to whoever waits.</summary>
public sealed class ResultRecorder(IResultStore store, ResultWaiters waiters, BudgetBook budgets, LeewayInstruments instruments)
{
    /// <summary>Raised after ends became durable, for each that changed its request.</summary>
    public event Action<FinishedRequest>? Ended;

    /// <summary>Records ends in one transaction. Repeating is harmless.</summary>
    public async Task<IReadOnlyList<FinishOutcome>> RecordAsync(IReadOnlyList<FinishedRequest> ends, CancellationToken cancellationToken)
    {
        IReadOnlyList<FinishOutcome> outcomes = await store.FinishAsync(ends, cancellationToken);
        for (int i = 0; i < ends.Count; i++)
        {
            if (outcomes[i] is FinishOutcome.Recorded or FinishOutcome.AlreadyEnded && ends[i].Entry is { } entry)
            {
                budgets.Spend(entry);
            }

            if (outcomes[i] == FinishOutcome.Recorded)
            {
                Tell(ends[i]);
            }
        }

        return outcomes;
    }

    private void Tell(FinishedRequest end)
    {
        if (instruments.Ended.Enabled)
        {
            instruments.Ended.Add(
                1,
                new KeyValuePair<string, object?>("state", end.To.ToString()),
                new KeyValuePair<string, object?>("lane", end.Lane.ToString()));
        }

        if (instruments.Cost.Enabled && end.Entry is { Cost: { } cost, ListCost: { } list })
        {
            var lane = new KeyValuePair<string, object?>("lane", end.Lane.ToString());
            instruments.Cost.Add((double)cost, lane);
            instruments.Saved.Add((double)(list - cost), lane);
        }

        Ended?.Invoke(end);
        waiters.Complete(end);
    }
}
