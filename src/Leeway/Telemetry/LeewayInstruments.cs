using System.Diagnostics.Metrics;

namespace Leeway.Telemetry;

/// <summary>The meters of the path. Labels are lanes, priorities, deployments and outcomes only, so that series stay few.</summary>
public sealed class LeewayInstruments : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Leeway";

    private readonly Meter _meter = new(MeterName);

    // Successes first, then each kind of failure.
    private readonly long[] _calls = new long[Enum.GetValues<ProviderErrorKind>().Length + 1];

    /// <summary>Creates the instruments.</summary>
    public LeewayInstruments()
    {
        Accepted = _meter.CreateCounter<long>("leeway.queue.accepted", "{request}", "Deferred requests made durable.");
        Ended = _meter.CreateCounter<long>("leeway.results.ended", "{request}", "Deferred requests ended, by state and lane.");
        _meter.CreateObservableCounter("leeway.realtime.calls", ReadCalls, "{call}", "Real-time calls, by outcome.");
        Overhead = _meter.CreateHistogram<double>("leeway.realtime.overhead", "ms", "Time in Leeway beside the provider's, per real-time call.");
        ColdStart = _meter.CreateHistogram("leeway.cold_start", "s", "First byte of calls to deployments that may have been asleep.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160] });
        BatchesSealed = _meter.CreateCounter<long>("leeway.batching.sealed", "{batch}", "Batches sealed, by reason.");
        Rescues = _meter.CreateCounter<long>("leeway.execution.rescues", "{request}", "Requests moved to real time because their lane ran late.");
        Promoted = _meter.CreateCounter<long>("leeway.guard.promoted", "{request}", "Requests sent in real time before their last safe moment, for want of room later.");
        QueueMessages = _meter.CreateCounter<long>("leeway.queues.requests", "{request}", "Requests that came in messages, by queue and what came of them.");
        Cost = _meter.CreateCounter<double>("leeway.ledger.cost", "USD", "Money spent, by lane.");
        Saved = _meter.CreateCounter<double>("leeway.ledger.saved", "USD", "Money saved against real time, by lane.");
    }

    /// <summary>Deferred requests made durable.</summary>
    public Counter<long> Accepted { get; }

    /// <summary>Deferred requests ended.</summary>
    public Counter<long> Ended { get; }

    /// <summary>Counts a real-time call by how it failed; null when it did not. An addition is all it costs: the hot path passes here.</summary>
    public void CountCall(ProviderErrorKind? failure) => Interlocked.Increment(ref _calls[failure is { } kind ? (int)kind + 1 : 0]);

    /// <summary>Our own time per real-time call, milliseconds.</summary>
    public Histogram<double> Overhead { get; }

    /// <summary>First byte of calls after idle, seconds.</summary>
    public Histogram<double> ColdStart { get; }

    /// <summary>Batches sealed.</summary>
    public Counter<long> BatchesSealed { get; }

    /// <summary>Rescues.</summary>
    public Counter<long> Rescues { get; }

    /// <summary>Rescues begun early.</summary>
    public Counter<long> Promoted { get; }

    /// <summary>Requests in messages.</summary>
    public Counter<long> QueueMessages { get; }

    /// <summary>USD spent.</summary>
    public Counter<double> Cost { get; }

    /// <summary>USD saved.</summary>
    public Counter<double> Saved { get; }

    /// <summary>Observes a value when scraped, e.g. the queue's depth.</summary>
    public void Observe(string name, string unit, string description, Func<long> read) =>
        _meter.CreateObservableGauge(name, read, unit, description);

    private IEnumerable<Measurement<long>> ReadCalls()
    {
        for (int i = 0; i < _calls.Length; i++)
        {
            if (Volatile.Read(ref _calls[i]) is > 0 and long count)
            {
                yield return new Measurement<long>(count, new KeyValuePair<string, object?>("outcome", i == 0 ? "Succeeded" : ((ProviderErrorKind)(i - 1)).ToString()));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
