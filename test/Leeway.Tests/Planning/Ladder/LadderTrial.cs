using Leeway.Planning.Ladder;
using Leeway.Planning.Turnaround;

namespace Leeway.Tests.Planning.Ladder;

/// <summary>One request's fate, drawn beforehand so that every policy meets the same one, and what policies make of it. Times in seconds.</summary>
internal sealed class LadderTrial(Random random, double deadline, double closed)
{
    private readonly List<(double Accept, double Service)> _tries = [];
    private double _turnaround;
    private double _realTime;
    private bool _isClosed;

    public double Money { get; private set; }

    public bool Missed { get; private set; }

    /// <summary>Time left when an accepted flex call or a rule made by hand is given up for real time.</summary>
    public double RescueLeft { get; init; } = 40;

    public SurvivalCurve RealTime { get; init; } = AssumedLaw.RealTime;

    public void Draw()
    {
        _turnaround = AssumedLaw.DrawTurnaround(random);
        _realTime = AssumedLaw.Draw(RealTime, random);
        _isClosed = random.NextDouble() < closed;
        _tries.Clear();
        for (double t = 0; t <= deadline; t += 60)
        {
            _tries.Add((random.NextDouble(), AssumedLaw.DrawService(random)));
        }
    }

    /// <summary>Knows everything: the cheapest lane that ends in time.</summary>
    public double Clairvoyant()
    {
        bool cheap = _turnaround <= deadline;
        for (int i = 0; !cheap && i < _tries.Count; i++)
        {
            cheap = Accepts(60 * i) is { } service && (60 * i) + service <= deadline;
        }

        return cheap ? 0.5 : 1;
    }

    /// <summary>Follows a table.</summary>
    public void Follow(LadderTable table)
    {
        (Money, Missed) = (0, false);
        int refusals = 0;
        double now = 0;
        double lastTry = double.NegativeInfinity;
        double? batch = null;
        while (true)
        {
            var slack = TimeSpan.FromSeconds(deadline - now);
            LadderChoice choice = batch is { } began
                ? table.InBatch(TimeSpan.FromSeconds(deadline - began), slack, refusals)
                : table.Choose(slack, refusals);
            if (choice.Lane == Lane.Batch)
            {
                batch ??= now;
                double next = Math.Max(deadline - choice.NextLeft.TotalSeconds, lastTry + 60);
                if (batch + _turnaround <= next)
                {
                    Money += 0.5;
                    return;
                }

                now = Math.Max(now, next);
            }

            if (choice.NextLane == Lane.RealTime)
            {
                GoRealTime(now, batch);
                return;
            }

            if (Accepts(now) is { } service)
            {
                GoFlex(now, service, batch);
                return;
            }

            refusals++;
            lastTry = now;
            now += batch is null ? 60 : 0;
        }
    }

    /// <summary>Follows a rule made by hand.</summary>
    /// <param name="batchAt">When it enters a batch; null for never.</param>
    /// <param name="flexFrom">From when on it tries flex; null for never.</param>
    /// <param name="flexUntilLeft">Time left at the last try.</param>
    public void Obey(double? batchAt, double? flexFrom, double flexUntilLeft)
    {
        (Money, Missed) = (0, false);
        for (double now = 0; now < deadline - RescueLeft; now += 60)
        {
            if (now >= batchAt && now >= batchAt + _turnaround)
            {
                Money += 0.5;
                return;
            }

            double? batch = now >= batchAt ? batchAt : null;
            if (now >= flexFrom && deadline - now >= flexUntilLeft && Accepts(now) is { } service)
            {
                GoFlex(now, service, batch);
                return;
            }
        }

        if (batchAt + _turnaround <= deadline - RescueLeft)
        {
            Money += 0.5;
            return;
        }

        GoRealTime(deadline - RescueLeft, batchAt);
    }

    private double? Accepts(double now)
    {
        (double accept, double service) = _tries[(int)(now / 60)];
        return !_isClosed && accept < 0.6 ? service : null;
    }

    private void GoFlex(double now, double service, double? batch)
    {
        Money += 0.5;
        Abandon(now, batch);
        if (now + service > deadline - RescueLeft)
        {
            GoRealTime(deadline - RescueLeft, null);
        }
    }

    private void GoRealTime(double now, double? batch)
    {
        Money += 1;
        Abandon(now, batch);
        Missed = now + _realTime > deadline;
    }

    private void Abandon(double now, double? batch) => Money += batch + _turnaround <= now + AssumedLaw.CancelLag ? 0.5 : 0;
}
