using System.Collections.Concurrent;
using Leeway.Planning.Ladder;
using Leeway.Planning.Turnaround.Regimes;
using Leeway.Planning.Turnaround.Sketches;
using Leeway.Planning.Turnaround.Statistics;

namespace Leeway.Planning.Turnaround;

/// <summary>
/// How long batches take, learnt from those that were submitted: per provider, deployment, size and part of the week, in the regime that
/// the deployment is in. Batches are counted, not requests: the requests of one batch come back together. Thread-safe; what was asked
/// for before is answered without a lock.
/// </summary>
public sealed partial class TurnaroundForecast(IConfigSource config, TimeProvider clock, IRandomSource random) : ITurnaroundForecasts
{
    /// <summary>How sure <see cref="UpperBound"/> is, on one side.</summary>
    public const double Confidence = 0.95;

    // More than anyone configures; those that come after them are taken together.
    private const int MostDeployments = 1000;

    // Until so many batches were seen to end there is no healthy curve to be off from: whatever is seen is what is usual.
    private const long FirstBatches = 20;

    // The age of open batches is looked at so often; where nothing ended, curves are drawn anew so often.
    private static readonly TimeSpan s_reviewEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_drawEvery = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, DeploymentRecord> _deployments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TurnaroundCells> _providers = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    private double[] _assumed = [];
    private TimeSpan _assumedWithin;
    private long _revision = 1;
    private long _reviewAllAt;
    private long _nextPart;

    /// <summary>Changes when anything that was said no longer holds: a regime, a curve by more than a tenth, the part of the week.</summary>
    public long Revision
    {
        get
        {
            DateTimeOffset now = clock.GetUtcNow();
            if (now.UtcTicks >= Volatile.Read(ref _reviewAllAt))
            {
                ReviewAll(now);
            }

            return Interlocked.Read(ref _revision);
        }
    }

    /// <summary>The turnaround of a batch submitted now, in the regime the deployment is in.</summary>
    /// <param name="deployment">Its id.</param>
    /// <param name="requests">How many requests it has.</param>
    /// <param name="now">The present.</param>
    public SurvivalCurve CurveFor(string deployment, int requests, DateTimeOffset now)
    {
        DeploymentRecord record = RecordOf(deployment, now);
        int size = TurnaroundSlots.SizeOf(requests), hours = TurnaroundSlots.HoursOf(now);
        return record.Published[size, hours] ?? Draw(record, size, hours, now);
    }

    /// <summary>
    /// A bound of the chance that a batch submitted now has not ended after <paramref name="at"/>: Clopper and Pearson's, from the latest batches of the
    /// present regime that were to be watched so long. While those are fewer than ten, the curve stands for what is missing. Follows new batches
    /// within a minute, whether or not <see cref="Revision"/> changes.
    /// </summary>
    public double UpperBound(string deployment, TimeSpan at, DateTimeOffset now)
    {
        DeploymentRecord record = RecordOf(deployment, now);
        int bucket = DurationGrid.IndexOf(at);
        return record.Published.Bound(bucket) is > 0 and double known ? known : Bound(record, bucket, now);
    }

    /// <summary>Whether so many batches of a deployment were seen to end, twenty, that its curve is its own rather than the assumption.</summary>
    public bool IsLearnt(string deployment) => RecordOf(deployment, clock.GetUtcNow()).Published.IsLearnt;

    /// <summary>The regime of a deployment, in lower case.</summary>
    public string RegimeOf(string deployment, DateTimeOffset now) => NameOf(RecordOf(deployment, now).Published.Regime);

    /// <summary>Takes note that a batch is at its provider. Once is enough, again does nothing.</summary>
    public void Submitted(BatchRecord batch)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DeploymentRecord record = RecordOf(batch.Group.Deployment, now);
        lock (_lock)
        {
            Track(record, batch, now);
        }
    }

    /// <summary>Takes note that a batch is cancelled because nobody waits for it: how long it would have taken is not known.</summary>
    public void Cancelled(BatchRecord batch) => Note(batch, ended: false, stays: true);

    /// <summary>Takes note that the provider has ended a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="completed">Whether it was completed; one that was cancelled, refused or ran out of its window would have taken longer.</param>
    public void Ended(BatchRecord batch, bool completed) => Note(batch, completed, stays: false);

    private static string NameOf(TurnaroundRegime regime) => regime switch
    {
        TurnaroundRegime.Degraded => "degraded",
        TurnaroundRegime.Stalled => "stalled",
        _ => "healthy",
    };

    private void Note(BatchRecord batch, bool ended, bool stays)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DeploymentRecord record = RecordOf(batch.Group.Deployment, now);
        lock (_lock)
        {
            OpenBatch open = Track(record, batch, now);
            if (!stays)
            {
                record.Open.Remove(batch.Id);
            }

            if (!open.Closed)
            {
                open.Closed = true;
                Learn(record, open, ended, now);
            }
        }
    }

    private void Learn(DeploymentRecord record, OpenBatch batch, bool ended, DateTimeOffset now)
    {
        TimeSpan age = batch.AgeAt(now), halfLife = config.Current.Lanes.Planner.Turnaround.HalfLife;
        TurnaroundRegime present = record.Detector.Regime;
        bool changed = Weigh(record, batch, age, ended, now);
        record.Watched.Add(batch, age, ended);
        record.SeenAt = now;
        record.Changed = true;

        // The law of a regime is that of batches submitted in it: what was not known then cannot have been planned with. A disturbance that lasts
        // longer than the memory is what is usual now.
        bool usual = batch.Regime == TurnaroundRegime.Healthy || !HasFirst(record)
            || (present != TurnaroundRegime.Healthy && now - record.Detector.Since > halfLife);
        if (usual)
        {
            record.Provider.Add(new(TurnaroundRegime.Healthy), age, ended, now, halfLife);
            record.Cells.Add(new(TurnaroundRegime.Healthy), age, ended, now, halfLife);
            record.Cells.Add(new(TurnaroundRegime.Healthy, batch.Size), age, ended, now, halfLife);
            record.Cells.Add(new(TurnaroundRegime.Healthy, batch.Size, batch.Hours), age, ended, now, halfLife);
        }

        foreach (TurnaroundRegime disturbed in (ReadOnlySpan<TurnaroundRegime>)[TurnaroundRegime.Degraded, TurnaroundRegime.Stalled])
        {
            if (batch.Regime == disturbed || present == disturbed)
            {
                record.Cells.Add(new(disturbed), age, ended, now, halfLife);
            }
        }

        if (changed)
        {
            Look(record, now, force: true);
        }
        else
        {
            record.ReviewAt = Math.Min(record.ReviewAt, (record.LookedAt + s_reviewEvery).UtcTicks);
            Volatile.Write(ref _reviewAllAt, Math.Min(_reviewAllAt, record.ReviewAt));
        }
    }

    // What the growth of one batch's age, and its end, say of the regime.
    private bool Weigh(DeploymentRecord record, OpenBatch batch, TimeSpan age, bool ended, DateTimeOffset now)
    {
        double degraded = Step(TurnaroundRegime.Degraded), stalled = Step(TurnaroundRegime.Stalled);
        batch.Counted = age;
        _unsaved = true;
        return record.Detector.Take(degraded, stalled, now);

        double Step(TurnaroundRegime regime) => record.Laws.Evidence(regime, age, ended) - record.Laws.Evidence(regime, batch.Counted, ended: false);
    }

    private OpenBatch Track(DeploymentRecord record, BatchRecord batch, DateTimeOffset now, TurnaroundOpenBatch? saved = null)
    {
        if (record.Open.TryGetValue(batch.Id, out OpenBatch? known))
        {
            return known;
        }

        DateTimeOffset submitted = batch.SubmittedAt ?? now;
        TimeSpan wait = batch.EarliestDeadline - submitted, margin = config.Current.Lanes.Batch.Rescue.Margin;
        var open = new OpenBatch
        {
            Id = batch.Id,
            Deployment = record,
            Size = TurnaroundSlots.SizeOf(batch.Requests),
            Hours = TurnaroundSlots.HoursOf(submitted),
            SubmittedAt = submitted,
            Watched = wait <= TimeSpan.Zero ? TimeSpan.Zero : wait - (margin < wait / 4 ? margin : wait / 4),
            Tokens = batch.EstimatedInputTokens,
            Regime = saved?.Regime ?? record.Detector.Regime,
            Counted = saved?.Counted ?? TimeSpan.Zero,
            Explored = saved?.Explored,
            Closed = saved?.Closed ?? false,
        };
        record.Open.Add(batch.Id, open);
        _unsaved = true;
        record.SeenAt = now;
        _submittedTokens += open.Tokens;
        return open;
    }

    private DeploymentRecord RecordOf(string deployment, DateTimeOffset now)
    {
        if (!_deployments.TryGetValue(deployment, out DeploymentRecord? record))
        {
            lock (_lock)
            {
                record = Create(_deployments.Count < MostDeployments ? deployment : "", now);
            }
        }

        if (now.UtcTicks >= record.ReviewAt)
        {
            lock (_lock)
            {
                Review(record, now);
            }
        }

        return record;
    }

    private DeploymentRecord Create(string deployment, DateTimeOffset now) => _deployments.GetOrAdd(deployment, id =>
    {
        var record = new DeploymentRecord(id, ProviderOf(id)) { SeenAt = now };
        Look(record, now, force: true);
        record.ReviewAt = (now + s_reviewEvery).UtcTicks;
        return record;
    });

    private TurnaroundCells ProviderOf(string deployment)
    {
        string name = deployment.Split('/', 2)[0];
        return _providers.TryGetValue(name, out TurnaroundCells? cells) ? cells : _providers[name] = new TurnaroundCells(name);
    }

    private void ReviewAll(DateTimeOffset now)
    {
        lock (_lock)
        {
            // What is learnt of a part of the week holds in that part only.
            if (now.UtcTicks >= _nextPart)
            {
                _nextPart = TurnaroundSlots.NextPart(now).UtcTicks;
                Interlocked.Increment(ref _revision);
            }

            foreach (DeploymentRecord record in _deployments.Values)
            {
                if (now.UtcTicks >= record.ReviewAt)
                {
                    Review(record, now);
                }
            }

            Volatile.Write(ref _reviewAllAt, Math.Min(_nextPart, (now + s_reviewEvery).UtcTicks));
        }
    }

    private void Review(DeploymentRecord record, DateTimeOffset now)
    {
        bool changed = false, open = false;
        foreach (OpenBatch batch in record.Open.Values)
        {
            if (!batch.Closed && batch.AgeAt(now) is var age && age > batch.Counted)
            {
                open = true;
                changed |= Weigh(record, batch, age, ended: false, now);
            }
        }

        // Where nothing is seen any more, nothing speaks against trying again.
        record.SeenAt = open ? now : record.SeenAt;
        TimeSpan quiet = 2 * config.Current.Lanes.Batch.Turnaround;
        if (record.Detector.Regime != TurnaroundRegime.Healthy && now - record.SeenAt > (quiet > s_quiet ? quiet : s_quiet))
        {
            record.Detector.Reset(TurnaroundRegime.Healthy, now);
            changed = true;
        }

        if (changed || record.Changed || (open && now - record.LookedAt >= s_drawEvery) || _assumedWithin != config.Current.Lanes.Batch.Turnaround)
        {
            Look(record, now, changed);
        }

        record.ReviewAt = (now + s_reviewEvery).UtcTicks;
    }

    // Draws the curves anew and publishes them when they say something else than those that stand.
    private void Look(DeploymentRecord record, DateTimeOffset now, bool force)
    {
        TimeSpan within = config.Current.Lanes.Batch.Turnaround;
        if (_assumedWithin != within)
        {
            (_assumed, _assumedWithin) = (AssumedTurnaround.Survival(within), within);
            foreach (DeploymentRecord other in _deployments.Values)
            {
                (other.Changed, other.ReviewAt) = (true, 0);
            }
        }

        string provider = record.Id.Split('/', 2)[0] + "/";
        IEnumerable<OpenBatch> ofProvider = _deployments.Values.Where(other => other.Id.StartsWith(provider, StringComparison.Ordinal)).SelectMany(other => other.Open.Values);
        double[] healthy = CurveBuilder.Healthy(record, ofProvider, _assumed, now);
        TurnaroundRegime regime = record.Detector.Regime;
        record.Laws = new RegimeLaws(healthy);
        (record.Changed, record.LookedAt) = (false, now);
        var next = new PublishedCurves(regime, regime == TurnaroundRegime.Healthy ? healthy : CurveBuilder.Disturbed(record, regime, healthy, now), HasFirst(record));
        if (force || next.IsLearnt != record.Published.IsLearnt || Differs(record, next, now))
        {
            record.Published = next;
            Interlocked.Increment(ref _revision);
        }
        else
        {
            // Bounds also tighten where the curve stands.
            record.Published.ForgetBounds();
        }
    }

    private static bool HasFirst(DeploymentRecord record) => record.Cells.Find(TurnaroundRegime.Healthy)?.EndedCount >= FirstBatches;

    private static bool Differs(DeploymentRecord record, PublishedCurves next, DateTimeOffset now)
    {
        PublishedCurves before = record.Published;
        if (CurveBuilder.Differs(before.Survival, next.Survival))
        {
            return true;
        }

        for (int size = 0; size < TurnaroundSlots.Sizes; size++)
        {
            for (int hours = 0; hours < TurnaroundSlots.Hours; hours++)
            {
                if (before[size, hours] is { } said && Differs(said, CurveBuilder.Cell(record, next, size, hours, now)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Differs(SurvivalCurve said, ReadOnlySpan<double> next)
    {
        double[] before = new double[next.Length];
        for (int i = 0; i < before.Length; i++)
        {
            before[i] = said.At(TimeSpan.FromSeconds(DurationGrid.Values[i] * (1 + 1e-9)));
        }

        return CurveBuilder.Differs(before, next);
    }

    private SurvivalCurve Draw(DeploymentRecord record, int size, int hours, DateTimeOffset now)
    {
        lock (_lock)
        {
            PublishedCurves published = record.Published;
            return published[size, hours] ??= ProductLimit.ToCurve(CurveBuilder.Cell(record, published, size, hours, now));
        }
    }

    private double Bound(DeploymentRecord record, int bucket, DateTimeOffset now)
    {
        lock (_lock)
        {
            PublishedCurves published = record.Published;
            TimeSpan at = TimeSpan.FromSeconds(DurationGrid.Values[bucket]);
            DateTimeOffset since = now - (4 * config.Current.Lanes.Planner.Turnaround.HalfLife);
            (int unfinished, int eligible) = record.Watched.Count(published.Regime, at, since, now, record.Open.Values);
            double missing = Math.Max(0, CurveBuilder.PriorBatches - eligible);
            double bound = ClopperPearson.Upper(unfinished + (missing * published.Survival[bucket]), eligible + missing, Confidence);
            published.SetBound(bucket, bound);
            return bound;
        }
    }
}
