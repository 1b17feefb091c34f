using Leeway.Planning.Ladder;

namespace Leeway.Planning.Flex;

/// <summary>What one deployment's flex tier did lately. Guarded by the gate's lock.</summary>
internal sealed class FlexRecord(string deployment)
{
    // The tier is closed when so many of the latest tries were refused, and none of them accepted, that it is nine times likelier than not.
    private const int CloseAfter = 8;
    private const int CloseAfterAtMost = 16;
    private const double CloseOdds = 9;

    // Assumed until tries tell: what is accepted of tries while the tier is open, and how many tries that assumption weighs.
    private const double AssumedAcceptance = 0.6;
    private const double AssumedTries = 2;

    // A refusal comes at once, an answer after minutes: what is not refused by then was accepted.
    private static readonly TimeSpan s_settles = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_halfLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_ruledOutFor = TimeSpan.FromHours(1);

    private readonly Queue<FlexTry> _unsettled = new();
    private readonly Queue<FlexTry> _latest = new(CloseAfterAtMost);
    private readonly FlexStays _stays = new();
    private double _accepted;
    private double _refused;
    private DateTimeOffset _countedAt;
    private DateTimeOffset _probeAt;
    private FlexTry? _probe;
    private DateTimeOffset? _ruledOutUntil;
    private double _toldAcceptance = AssumedAcceptance;
    private bool _toldOpen = true;
    private bool _toldAccepted;
    private bool _toldRuledOut;
    private int _toldServices;
    private DateTimeOffset? _acceptedAt;

    public bool IsOpen { get; private set; } = true;

    public FlexDurations Service { get; } = new();

    public bool IsRuledOut(DateTimeOffset now) => now < _ruledOutUntil;

    /// <summary>The chance that a try is accepted: tries count the less the older they are, and an assumption stands in where there are few.</summary>
    public double Acceptance(DateTimeOffset now)
    {
        Decay(now);
        return (_accepted + (AssumedAcceptance * AssumedTries)) / (_accepted + _refused + AssumedTries);
    }

    /// <summary>What the gate's readers are told of it.</summary>
    public FlexForecast Forecast(DateTimeOffset now, TimeSpan retry)
    {
        return new FlexForecast
        {
            Acceptance = Acceptance(now),
            Service = Service.Curve,
            RetryEvery = NextTryIn(now, retry),
            Closed = Doubt(now),
            OpenFor = _stays.OpenFor,
            ClosedFor = _stays.ClosedFor,
        };
    }

    public TimeSpan NextTryIn(DateTimeOffset now, TimeSpan retry) => IsOpen || _probeAt - now < retry ? retry : _probeAt - now;

    /// <summary>Takes tries for accepted that were not refused in the time a refusal takes.</summary>
    public void Settle(DateTimeOffset now)
    {
        while (_unsettled.TryPeek(out FlexTry? first) && (first.Fate != FlexFate.Open || first.BegunAt + s_settles <= now))
        {
            _unsettled.Dequeue();
            if (first.Fate == FlexFate.Open)
            {
                Accept(first, now);
            }
        }
    }

    public FlexTry? Begin(DateTimeOffset now, TimeSpan retry)
    {
        if (!IsOpen && (_probe is not null || now < _probeAt))
        {
            return null;
        }

        _stays.See(IsOpen, now);
        var begun = new FlexTry(deployment, now, isProbe: !IsOpen);
        if (begun.IsProbe)
        {
            _probe = begun;
            _probeAt = now + retry;
        }
        else
        {
            _latest.Enqueue(begun);
            while (_latest.Count > CloseAfterAtMost)
            {
                _latest.Dequeue();
            }
        }

        _unsettled.Enqueue(begun);
        return begun;
    }

    public void Refused(FlexTry one, DateTimeOffset now, TimeSpan retry)
    {
        Decay(now);
        one.Fate = FlexFate.Refused;
        if (one == _probe)
        {
            _probe = null;
            _probeAt = now + retry;
        }
        else if (IsOpen)
        {
            int run = RefusedInARow();
            int needed = NeededToClose(run - 1, now);
            _refused++;
            if (run >= needed)
            {
                IsOpen = false;
                _probeAt = now + retry;
                _stays.Close(_latest.TakeLast(run).First().BegunAt, now);

                // What a closed tier refuses says nothing of an open one.
                _refused = Math.Max(0, _refused - run);
            }
        }

        Settle(now);
    }

    public void Served(FlexTry one, DateTimeOffset now)
    {
        Settle(now);
        if (one.Fate == FlexFate.Open)
        {
            Accept(one, now);
        }

        Service.Add(now - one.BegunAt);
    }

    public void Left(FlexTry one)
    {
        one.Fate = one.Fate == FlexFate.Open ? FlexFate.Left : one.Fate;
        _probe = one == _probe ? null : _probe;
    }

    public void RuleOut(FlexTry one, DateTimeOffset now)
    {
        Left(one);
        _ruledOutUntil = now + s_ruledOutFor;
    }

    /// <summary>Whether a forecast differs enough from the last one told to plan anew.</summary>
    public bool TakeChange()
    {
        double acceptance = (_accepted + (AssumedAcceptance * AssumedTries)) / (_accepted + _refused + AssumedTries);
        bool ruledOut = _ruledOutUntil is not null;
        if (IsOpen == _toldOpen && (_acceptedAt is not null) == _toldAccepted && ruledOut == _toldRuledOut && Math.Abs(acceptance - _toldAcceptance) < 0.05 && Service.Seen < 2 * Math.Max(4, _toldServices))
        {
            return false;
        }

        (_toldOpen, _toldAccepted, _toldRuledOut, _toldAcceptance, _toldServices) = (IsOpen, _acceptedAt is not null, ruledOut, acceptance, Service.Seen);
        return true;
    }

    private void Accept(FlexTry one, DateTimeOffset now)
    {
        Decay(now);
        _accepted++;
        _acceptedAt = one.BegunAt > _acceptedAt ? one.BegunAt : _acceptedAt ?? one.BegunAt;
        one.Fate = FlexFate.Accepted;
        if (one == _probe)
        {
            _probe = null;
            _latest.Clear();
            _stays.Reopen(now);
            IsOpen = true;
        }
    }

    // The chance that it has closed since a try was last accepted.
    private double Doubt(DateTimeOffset now) => FlexForecast.Changed(_stays.OpenFor, _stays.ClosedFor, _acceptedAt is { } at ? now - at : TimeSpan.FromDays(365));

    private int RefusedInARow()
    {
        int run = 0;
        foreach (FlexTry latest in _latest)
        {
            run = latest.Fate == FlexFate.Refused ? run + 1 : 0;
        }

        return run;
    }

    // As an open tier would refuse: by what it accepted before the run.
    private int NeededToClose(int run, DateTimeOffset now)
    {
        double doubt = Math.Max(1e-6, Doubt(now));
        double accepts = (_accepted + (AssumedAcceptance * AssumedTries)) / (_accepted + Math.Max(0, _refused - run) + AssumedTries);
        double needed = Math.Log(doubt / (1 - doubt) / CloseOdds) / Math.Log(1 - Math.Clamp(accepts, 0.05, 0.95));
        return (int)Math.Clamp(Math.Ceiling(needed), CloseAfter, CloseAfterAtMost);
    }

    private void Decay(DateTimeOffset now)
    {
        if (now > _countedAt)
        {
            double kept = Math.Pow(0.5, (now - _countedAt) / s_halfLife);
            (_accepted, _refused, _countedAt) = (_accepted * kept, _refused * kept, now);
        }
    }
}
