using Leeway.Simulation.Clock;
using Leeway.Simulation.Events;

namespace Leeway.Tests.Simulation;

public sealed class VirtualClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly EventLoop _loop = new(Start);
    private readonly VirtualClock _clock;

    public VirtualClockTests() => _clock = new VirtualClock(_loop);

    private double Seconds => (_clock.GetUtcNow() - Start).TotalSeconds;

    [Fact]
    public void A_timer_fires_at_its_instant_and_again_by_its_period_until_it_is_disposed()
    {
        var fired = new List<double>();
        ITimer? timer = null;
        timer = _clock.CreateTimer(_ =>
        {
            fired.Add(Seconds);
            if (fired.Count == 3)
            {
                timer!.Dispose();
            }
        }, null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));
        RunAll();

        Assert.Equal([2, 7, 12], fired);
        Assert.False(timer.Change(TimeSpan.Zero, TimeSpan.Zero));
    }

    [Fact]
    public void A_timer_that_is_set_anew_fires_once_by_its_last_setting()
    {
        var fired = new List<double>();
        ITimer timer = _clock.CreateTimer(_ => fired.Add(Seconds), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        timer.Change(TimeSpan.FromSeconds(9), Timeout.InfiniteTimeSpan);
        RunAll();
        Assert.Equal([9], fired);

        timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        RunAll();
        Assert.Equal([9], fired);
    }

    [Fact]
    public void A_cancellation_source_on_the_clock_ends_a_delay_on_the_clock()
    {
        string ended = "";
        SimulationThread.Run(_loop, () => _ = WaitAsync());
        Assert.Equal("cancelled at 3", ended);

        async Task WaitAsync()
        {
            using var source = new CancellationTokenSource(TimeSpan.FromSeconds(3), _clock);
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(5), _clock, source.Token);
            }
            catch (OperationCanceledException)
            {
                ended = $"cancelled at {Seconds}";
            }
        }
    }

    [Fact]
    public void Continuations_of_one_instant_run_in_the_order_in_which_they_became_due_and_before_time_moves()
    {
        var order = new List<string>();
        var thread = Environment.CurrentManagedThreadId;
        SimulationThread.Run(_loop, () =>
        {
            _ = WalkAsync("a", 2);
            _ = WalkAsync("b", 1);
            _ = WalkAsync("c", 2);
        });

        Assert.Equal(["b1", "b1 yielded", "a2", "a2 yielded", "c2", "c2 yielded"], order);

        async Task WalkAsync(string name, int seconds)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), _clock, CancellationToken.None);
            order.Add($"{name}{Seconds}");
            await Task.Yield();
            order.Add($"{name}{Seconds} yielded");
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
        }
    }

    [Fact]
    public void What_comes_back_from_another_thread_is_an_error()
    {
        var context = new SimulationContext();
        var other = new Thread(() => context.Post(static _ => { }, null));
        other.Start();
        other.Join();

        Assert.Contains("thread of its own", Assert.Throws<InvalidOperationException>(context.Drain).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_local_zone_is_the_one_given_and_not_the_machines()
    {
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        Assert.Equal(TimeZoneInfo.Utc, _clock.LocalTimeZone);
        Assert.Equal(-5, new VirtualClock(_loop, zone).GetLocalNow().Offset.TotalHours);
    }

    private void RunAll()
    {
        while (_loop.HandleNext())
        {
        }
    }
}
