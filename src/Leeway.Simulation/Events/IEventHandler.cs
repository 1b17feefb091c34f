namespace Leeway.Simulation.Events;

/// <summary>Does what an event is for. One object serves any number of events, told apart by their argument, so that an event needs no object of its own.</summary>
public interface IEventHandler
{
    /// <summary>Runs at the event's instant; it may schedule further events, also for now.</summary>
    void Handle(long argument);
}
