using Leeway.Simulation.Events;

namespace Leeway.Simulation.Stages;

/// <summary>Takes one arrival after another, each at its instant.</summary>
internal sealed class ArrivalFeed(IEnumerable<SimulatedRequest> arrivals, EventLoop events, ArrivalFeed.Taker take) : IEventHandler, IDisposable
{
    private readonly IEnumerator<SimulatedRequest> _arrivals = arrivals.GetEnumerator();

    public delegate void Taker(in SimulatedRequest request);

    /// <summary>Sets the event of the next arrival.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="InvalidOperationException">It comes before the one that came last, or before the clock's start.</exception>
    public bool ScheduleNext()
    {
        if (!_arrivals.MoveNext())
        {
            return false;
        }

        long at = _arrivals.Current.At.UtcTicks;
        if (at < events.Ticks)
        {
            throw new InvalidOperationException(
                $"Arrivals are out of order: {_arrivals.Current.Number} comes at {_arrivals.Current.At:O}, when it is already {new DateTimeOffset(events.Ticks, TimeSpan.Zero):O}.");
        }

        events.Schedule(at, this);
        return true;
    }

    public void Handle(long argument)
    {
        SimulatedRequest request = _arrivals.Current;
        take(in request);
        ScheduleNext();
    }

    public void Dispose() => _arrivals.Dispose();
}
