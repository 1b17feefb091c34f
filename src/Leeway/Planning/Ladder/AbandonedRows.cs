namespace Leeway.Planning.Ladder;

/// <summary>
/// What share of the requests that left a batch for another lane the batch bills all the same: assumed first, then learnt per deployment from the
/// batches that were collected. Batches are counted, since the rows of one run together. Not kept over a restart. Thread-safe.
/// </summary>
public sealed class AbandonedRows
{
    // What is assumed weighs as much as so many batches.
    private const double AssumedBatches = 4;

    // Of more, old ones are forgotten as new ones come.
    private const double MostBatches = 64;

    // Told in steps, so that plans are not made anew for nothing.
    private const double Grain = 0.05;

    private readonly Dictionary<string, (double Billed, double Batches)> _seen = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private long _revision;

    /// <summary>Grows when a share that is told may have changed.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    /// <summary>Takes note of a batch that some requests have left.</summary>
    /// <param name="deployment">Its id.</param>
    /// <param name="left">How many left it.</param>
    /// <param name="billed">For how many of those it has a row that ran.</param>
    public void Note(string deployment, int left, int billed)
    {
        lock (_lock)
        {
            (double sum, double batches) = _seen.GetValueOrDefault(deployment);
            double kept = batches < MostBatches ? 1 : (MostBatches - 1) / MostBatches;
            (double Billed, double Batches) after = ((sum * kept) + ((double)billed / left), (batches * kept) + 1);
            _seen[deployment] = after;

            // Whatever was assumed: where one moves by a step, any may.
            if (batches == 0 || Math.Round(after.Billed / (after.Batches + AssumedBatches) / Grain) != Math.Round(sum / (batches + AssumedBatches) / Grain)
                || Math.Round(after.Batches / AssumedBatches) != Math.Round(batches / AssumedBatches))
            {
                Interlocked.Increment(ref _revision);
            }
        }
    }

    /// <summary>The share, within [0, 1].</summary>
    /// <param name="deployment">Its id.</param>
    /// <param name="assumed">Before anything was seen.</param>
    public double Of(string deployment, double assumed)
    {
        lock (_lock)
        {
            (double sum, double batches) = _seen.GetValueOrDefault(deployment);
            double share = (sum + (assumed * AssumedBatches)) / (batches + AssumedBatches);
            return batches == 0 ? assumed : Grain * Math.Round(share / Grain);
        }
    }
}
