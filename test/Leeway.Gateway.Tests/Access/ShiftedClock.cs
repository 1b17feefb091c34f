namespace Leeway.Gateway.Tests.Access;

/// <summary>The system's clock, set forward by hand.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _shift;

    public void Forward(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shift));
}
