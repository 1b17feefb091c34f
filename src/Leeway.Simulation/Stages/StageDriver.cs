using Leeway.Hosting;
using Leeway.Simulation.Clock;
using Leeway.Simulation.Events;

namespace Leeway.Simulation.Stages;

/// <summary>
/// Drives the rounds of one of the path's loops by events: after a signal, when its next instant comes, and at least as often as the loop
/// itself would have it; not at all while there is nothing open that a round could find.
/// </summary>
internal sealed class StageDriver : IEventHandler
{
    private readonly PathLoop _loop;
    private readonly EventLoop _events;
    private readonly Func<bool> _isIdle;
    private long _due = long.MaxValue;
    private long _number;
    private bool _runs;
    private bool _signalled;

    public StageDriver(PathLoop loop, EventLoop events, Func<bool> isIdle)
    {
        (_loop, _events, _isIdle) = (loop, events, isIdle);
        loop.Driver = Signal;
    }

    /// <summary>Rounds so far.</summary>
    public long Rounds { get; private set; }

    /// <summary>Asks for a round soon; signals until then, or while one runs, are kept, not counted.</summary>
    public void Signal()
    {
        if (_runs)
        {
            _signalled = true;
        }
        else if (_due - _events.Ticks > PathLoop.Pause.Ticks)
        {
            ScheduleAfter(PathLoop.Pause);
        }
    }

    public void Handle(long argument)
    {
        if (argument == _number)
        {
            Run();
        }
    }

    private void Run()
    {
        (_runs, _signalled, _due) = (true, false, long.MaxValue);
        Rounds++;
        Task<DateTimeOffset?> round = _loop.RoundAsync(CancellationToken.None);
        if (round.IsCompletedSuccessfully)
        {
            End(round.Result);
        }
        else
        {
            SimulationThread.Watch(EndAsync(round));
        }
    }

    private async Task EndAsync(Task<DateTimeOffset?> round) => End(await round);

    private void End(DateTimeOffset? next)
    {
        _runs = false;
        if (_signalled)
        {
            ScheduleAfter(PathLoop.Pause);
        }
        else if (next is not null || !_isIdle())
        {
            ScheduleAfter(_loop.WaitAfter(next));
        }
    }

    private void ScheduleAfter(TimeSpan wait)
    {
        _due = _events.Ticks + wait.Ticks;
        _events.Schedule(_due, this, ++_number);
    }
}
