namespace Leeway.Planning.Flex;

/// <summary>What one deployment's flex tier did lately. Guarded by the gate's lock.</summary>
internal sealed class FlexRecord(string deployment)
{
    // So many of the latest tries refused, and none since: at the assumed acceptance that is 7 chances in 10,000.
    private const int CloseAfter = 8;

    // Assumed until tries tell: what is accepted of tries while the tier is open, and how many tries that assumption weighs.
    private const double AssumedAcceptance = 0.6;
    private const double AssumedTries = 2;

    // A refusal comes at once, an answer after minutes: what is not refused by then was accepted.
    private static readonly TimeSpan s_settles = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_halfLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_ruledOutFor = TimeSpan.FromHours(1);

    private readonly Queue<FlexTry> _unsettled = new();
    private readonly Queue<FlexTry> _latest = new(CloseAfter);
    private double _accepted;
    private double _refused;
    private DateTimeOffset _countedAt;
    private DateTimeOffset _probeAt;
    private FlexTry? _probe;
    private DateTimeOffset? _ruledOutUntil;
    private double _toldAcceptance = AssumedAcceptance;
    private bool _toldOpen = true;
    private bool _toldRuledOut;
    private int _toldServices;

    public bool IsOpen { get; private set; } = true;

    public FlexDurations Service { get; } = new();

    public bool IsRuledOut(DateTimeOffset now) => now < _ruledOutUntil;

    /// <summary>The chance that a try is accepted: tries count the less the older they are, and an assumption stands in where there are few.</summary>
    public double Acceptance(DateTimeOffset now)
    {
        Decay(now);
        return (_accepted + (AssumedAcceptance * AssumedTries)) / (_accepted + _refused + AssumedTries);
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

        var begun = new FlexTry(deployment, now, isProbe: !IsOpen);
        if (begun.IsProbe)
        {
            _probe = begun;
            _probeAt = now + retry;
        }
        else
        {
            _latest.Enqueue(begun);
            while (_latest.Count > CloseAfter)
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
        _refused++;
        one.Fate = FlexFate.Refused;
        if (one == _probe)
        {
            _probe = null;
            _probeAt = now + retry;
        }
        else if (IsOpen && _latest.Count == CloseAfter && _latest.All(static latest => latest.Fate == FlexFate.Refused))
        {
            IsOpen = false;
            _probeAt = now + retry;
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
        if (IsOpen == _toldOpen && ruledOut == _toldRuledOut && Math.Abs(acceptance - _toldAcceptance) < 0.05 && Service.Seen < 2 * Math.Max(4, _toldServices))
        {
            return false;
        }

        (_toldOpen, _toldRuledOut, _toldAcceptance, _toldServices) = (IsOpen, ruledOut, acceptance, Service.Seen);
        return true;
    }

    private void Accept(FlexTry one, DateTimeOffset now)
    {
        Decay(now);
        _accepted++;
        one.Fate = FlexFate.Accepted;
        if (one == _probe)
        {
            _probe = null;
            _latest.Clear();
            IsOpen = true;
        }
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
