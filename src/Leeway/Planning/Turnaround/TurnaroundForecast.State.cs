namespace Leeway.Planning.Turnaround;

// What outlives the process.
public sealed partial class TurnaroundForecast
{
    private bool _unsaved;

    /// <summary>What has changed since this was last called, for saving, where the open batches are all there are; null when nothing has.</summary>
    public TurnaroundState? TakeUnsaved()
    {
        DateTimeOffset now = clock.GetUtcNow();
        lock (_lock)
        {
            if (!_unsaved)
            {
                return null;
            }

            _unsaved = false;
            return new TurnaroundState
            {
                Cells = [.. _providers.Values.Concat(_deployments.Values.Select(record => record.Cells)).SelectMany(cells => cells.TakeUnsaved(now))],
                Deployments = [.. _deployments.Values.Where(record => record.Cells.All.Any() || record.Open.Count > 0).Select(record => record.ToRow())],
                Open = [.. _deployments.Values.SelectMany(record => record.Open.Values).Select(batch => new TurnaroundOpenBatch(batch.Id, batch.Regime, batch.Counted, batch.Explored, batch.Closed))],
            };
        }
    }

    /// <summary>Lets everything be saved again, after a save that failed.</summary>
    public void MarkUnsaved()
    {
        lock (_lock)
        {
            _unsaved = true;
            foreach (TurnaroundCells cells in _providers.Values.Concat(_deployments.Values.Select(record => record.Cells)))
            {
                cells.MarkUnsaved();
            }
        }
    }

    /// <summary>Takes up what was saved, before anything else is asked or told.</summary>
    /// <param name="state">What was saved.</param>
    /// <param name="open">Batches that are at their provider.</param>
    /// <exception cref="FormatException">What was saved cannot be read.</exception>
    public void Restore(TurnaroundState state, IEnumerable<BatchRecord> open)
    {
        DateTimeOffset now = clock.GetUtcNow();
        TimeSpan halfLife = config.Current.Lanes.Planner.Turnaround.HalfLife;
        ILookup<BatchId, TurnaroundOpenBatch> saved = state.Open.ToLookup(batch => batch.Id);
        lock (_lock)
        {
            foreach (TurnaroundCell cell in state.Cells)
            {
                (cell.Scope.Contains('/', StringComparison.Ordinal) ? Create(cell.Scope, now).Cells : ProviderOf(cell.Scope)).Restore(cell, halfLife);
            }

            foreach (TurnaroundDeployment row in state.Deployments)
            {
                Create(row.Deployment, now).Restore(row);
            }

            foreach (BatchRecord batch in open)
            {
                DeploymentRecord record = Create(batch.Group.Deployment, now);
                Track(record, batch, now, saved[batch.Id].FirstOrDefault());
            }

            foreach (DeploymentRecord record in _deployments.Values)
            {
                Look(record, now, force: true);
            }
        }
    }
}
