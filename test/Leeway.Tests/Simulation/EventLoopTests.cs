using Leeway.Simulation.Events;

namespace Leeway.Tests.Simulation;

public sealed class EventLoopTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Events_come_by_instant_and_within_one_by_the_order_of_scheduling()
    {
        var random = new Random(1);
        var loop = new EventLoop(Start);
        var log = new Log(loop);
        var expected = new List<(long Ticks, long Argument)>();
        for (int i = 0; i < 20_000; i++)
        {
            long at = Start.UtcTicks + random.Next(2_000);
            expected.Add((at, i));
            loop.Schedule(at, log, i);
        }

        while (loop.HandleNext())
        {
        }

        Assert.Equal(expected.OrderBy(pair => pair.Ticks).ThenBy(pair => pair.Argument), log.Seen);
        Assert.Equal((20_000, 0), (loop.Handled, loop.Pending));
    }

    [Fact]
    public void An_instant_that_has_passed_is_now()
    {
        var loop = new EventLoop(Start);
        var log = new Log(loop);
        loop.Schedule(Start.UtcTicks + 10, log, 1);
        loop.HandleNext();
        loop.Schedule(Start.UtcTicks, log, 2);
        loop.HandleNext();

        Assert.Equal([(Start.UtcTicks + 10, 1), (Start.UtcTicks + 10, 2)], log.Seen);
        Assert.False(loop.HandleNext());
    }

    private sealed class Log(EventLoop loop) : IEventHandler
    {
        public List<(long Ticks, long Argument)> Seen { get; } = [];

        public void Handle(long argument) => Seen.Add((loop.Ticks, argument));
    }
}
