namespace Leeway.Gateway.Tests.Quotes;

/// <summary>The system's clock, set forward by hand, spans included.</summary>
internal sealed class ForwardClock : TimeProvider
{
    private long _shift;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Forward(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shift));

    public override long GetTimestamp() => GetUtcNow().Ticks;
}
