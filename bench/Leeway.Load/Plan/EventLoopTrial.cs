using Leeway.Simulation.Events;

namespace Leeway.Load.Plan;

/// <summary>The bare event loop by the hold model: as many events wait as ever, each one that is handled sets the next after a random time.</summary>
/// <param name="pending">Events waiting at any time.</param>
/// <param name="events">Handled in all.</param>
internal sealed class EventLoopTrial(int pending, long events) : IEventHandler
{
    private readonly EventLoop _loop = new(DateTimeOffset.UnixEpoch);
    private ulong _state = 0x9E3779B97F4A7C15;

    /// <summary>Events a second of processor time.</summary>
    public double Run()
    {
        for (int i = 0; i < pending; i++)
        {
            Handle(0);
        }

        TimeSpan begun = Environment.CpuUsage.TotalTime;
        for (long i = 0; i < events; i++)
        {
            _loop.HandleNext();
        }

        return events / (Environment.CpuUsage.TotalTime - begun).TotalSeconds;
    }

    public void Handle(long argument)
    {
        // Xorshift: a draw must not cost more than the loop that is measured.
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        _loop.Schedule(_loop.Ticks + (long)(_state >> 40), this);
    }
}
