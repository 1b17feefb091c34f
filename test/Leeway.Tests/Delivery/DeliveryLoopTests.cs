using Leeway.Delivery;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Delivery;

public sealed class DeliveryLoopTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_loop_delivers_on_a_signal_and_at_the_due_instant_without_one()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        var calls = new SemaphoreSlim(0);
        int status = 500;
        receiver.Answer = context =>
        {
            context.Response.StatusCode = status;
            calls.Release();
            return Task.CompletedTask;
        };
        using var bench = new DeliveryBench();
        using var loop = new DeliveryLoop(bench.Deliverer, bench.Clock, NullLogger<DeliveryLoop>.Instance);
        WebhookEndpoint endpoint = await bench.RegisterAsync(receiver.Url);
        await loop.StartAsync(Stop);

        DeliveryId id = bench.Add(endpoint.Id);
        loop.Signal();
        loop.Signal();
        Assert.True(await calls.WaitAsync(_patience, Stop));

        status = 200;
        await UntilAsync(bench, () => bench.Store[id].State == DeliveryState.Delivered);
        await loop.StopAsync(Stop);
        Assert.Equal(2, receiver.Calls.Count);
    }

    [Fact]
    public async Task A_row_written_without_a_signal_is_found_within_half_a_minute()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using var bench = new DeliveryBench();
        using var loop = new DeliveryLoop(bench.Deliverer, bench.Clock, NullLogger<DeliveryLoop>.Instance);
        WebhookEndpoint endpoint = await bench.RegisterAsync(receiver.Url);
        await loop.StartAsync(Stop);
        DateTimeOffset start = bench.Now();
        DeliveryId id = bench.Add(endpoint.Id);

        await UntilAsync(bench, () => bench.Store[id].State == DeliveryState.Delivered);
        await loop.StopAsync(Stop);
        Assert.Single(receiver.Calls);
        Assert.True(bench.Now() > start);
    }

    [Fact]
    public async Task A_store_that_fails_while_the_loop_stops_is_no_crash()
    {
        using var bench = new DeliveryBench();
        using var loop = new DeliveryLoop(bench.Deliverer, bench.Clock, NullLogger<DeliveryLoop>.Instance);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Store.BeforeTaking = async stopping =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new StorageUnavailableException("away", null);
        };
        await loop.StartAsync(Stop);
        await asked.Task.WaitAsync(_patience, Stop);

        await loop.StopAsync(Stop);
        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully, loop.ExecuteTask.Exception?.Message);
    }

    // The loop runs on its own thread, so the clock is moved in small steps until it has seen them.
    private static async Task UntilAsync(DeliveryBench bench, Func<bool> met)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(_patience);
        while (!met())
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }
    }
}
