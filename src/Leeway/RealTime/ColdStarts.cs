using System.Collections.Concurrent;
using Leeway.Telemetry;

namespace Leeway.RealTime;

/// <summary>
/// What sleeping costs: the first byte of calls after idle, against that of calls to a server that is awake, per deployment that may scale
/// to zero. A call is after idle when none was answered for <see cref="Idle"/>; such a call is also given more time before its server
/// counts as dead. Platforms keep a server awake for five to fifteen minutes, so some calls after idle find it awake: medians are told.
/// Memory is a few hundred bytes per deployment.
/// </summary>
public sealed class ColdStarts(TimeProvider clock, LeewayInstruments instruments)
{
    /// <summary>Without an answer for so long, a server may have gone to sleep.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    // More than anyone configures; a deployment that comes after them is given its time and not measured.
    private const int Most = 1000;

    private readonly ConcurrentDictionary<string, Record> _records = new(StringComparer.Ordinal);

    /// <summary>Every deployment that was called, by id.</summary>
    public IReadOnlyList<ColdStartView> Views => [.. _records.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.View(pair.Key))];

    /// <summary>Whether a call that begins now may have to wait for its server to start.</summary>
    public bool MayBeCold(Deployment deployment) =>
        !_records.TryGetValue(deployment.Id, out Record? record) || !record.WasAnsweredSince(clock.GetUtcNow() - Idle);

    /// <summary>What a call that begins now waits for its first byte, in the median; null while none was measured.</summary>
    public TimeSpan? ExpectedFirstByte(Deployment deployment) =>
        !_records.TryGetValue(deployment.Id, out Record? record) ? null
        : record.View(deployment.Id) is var view && MayBeCold(deployment) ? view.ColdFirstByte : view.WarmFirstByte;

    /// <summary>Takes note of an answer's first byte.</summary>
    /// <param name="deployment">Who answered.</param>
    /// <param name="afterIdle">What <see cref="MayBeCold"/> said when the call began.</param>
    /// <param name="firstByte">From the call's begin to the answer's head.</param>
    public void Note(Deployment deployment, bool afterIdle, TimeSpan firstByte)
    {
        if (_records.TryGetValue(deployment.Id, out Record? record) || (_records.Count < Most && (record = _records.GetOrAdd(deployment.Id, static _ => new Record())) is not null))
        {
            record.Add(clock.GetUtcNow(), afterIdle, firstByte);
        }

        if (afterIdle)
        {
            instruments.ColdStart.Record(firstByte.TotalSeconds, new KeyValuePair<string, object?>("deployment", deployment.Id));
        }
    }

    private sealed class Record
    {
        private readonly Lock _lock = new();
        private readonly Window _cold = new();
        private readonly Window _warm = new();
        private DateTimeOffset _answeredAt;

        public bool WasAnsweredSince(DateTimeOffset instant)
        {
            lock (_lock)
            {
                return _answeredAt >= instant;
            }
        }

        public void Add(DateTimeOffset now, bool afterIdle, TimeSpan firstByte)
        {
            lock (_lock)
            {
                (afterIdle ? _cold : _warm).Add((float)firstByte.TotalSeconds);
                _answeredAt = now;
            }
        }

        public ColdStartView View(string deployment)
        {
            lock (_lock)
            {
                return new ColdStartView(deployment, _cold.Count, _cold.Median, _warm.Count, _warm.Median, _answeredAt);
            }
        }
    }

    /// <summary>The latest of a series of seconds.</summary>
    private sealed class Window
    {
        private readonly float[] _latest = new float[32];

        public long Count { get; private set; }

        public TimeSpan? Median
        {
            get
            {
                int kept = (int)Math.Min(Count, _latest.Length);
                if (kept == 0)
                {
                    return null;
                }

                float[] sorted = _latest[..kept];
                Array.Sort(sorted);
                return TimeSpan.FromSeconds((sorted[(kept - 1) / 2] + sorted[kept / 2]) / 2);
            }
        }

        public void Add(float seconds) => _latest[Count++ % _latest.Length] = seconds;
    }
}
