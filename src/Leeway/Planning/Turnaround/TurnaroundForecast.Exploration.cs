namespace Leeway.Planning.Turnaround;

// Which batches are left to run although nobody waits for them. Were all cancelled once their requests are rescued, no turnaround longer
// than the deadlines would ever be seen, and none could be learnt (Kumar and Mouchtaki, arXiv 2602.16842).
public sealed partial class TurnaroundForecast
{
    // After so long without a batch in sight a disturbed deployment is tried again.
    private static readonly TimeSpan s_quiet = TimeSpan.FromHours(1);

    private long _submittedTokens;
    private long _exploredTokens;

    /// <summary>
    /// Whether a batch that nobody waits for is left to run, to see how long it takes. Drawn once per batch at <c>lanes.planner.exploration</c>; never
    /// when the tokens of such batches would exceed that share of all that were submitted, since they may be billed for nothing.
    /// </summary>
    public bool Explores(BatchRecord batch)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DeploymentRecord record = RecordOf(batch.Group.Deployment, now);
        lock (_lock)
        {
            OpenBatch open = Track(record, batch, now);
            if (open.Explored is { } drawn)
            {
                return drawn;
            }

            double share = (double)config.Current.Lanes.Planner.Exploration;
            bool explores = _exploredTokens + open.Tokens <= share * _submittedTokens && random.NextDouble() < share;
            _exploredTokens += explores ? open.Tokens : 0;
            open.Explored = explores;
            _unsaved = true;
            return explores;
        }
    }
}
