using System.Reflection;
using Leeway.Hosting;
using Leeway.Ledger.Budgets;
using Leeway.Nodes;
using Leeway.Planning.Turnaround;
using Leeway.Queue;
using Leeway.Results;
using Leeway.Telemetry;
using Leeway.Tests.Batching;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Queue;

/// <summary>What goes on while a long queue is still being read from the store.</summary>
public sealed class LoadingTests
{
    [Fact]
    public async Task A_start_waits_a_moment_for_the_queue_and_then_goes_on_beside_the_reading()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId[] ids = await path.EnqueueManyAsync(3);
        path.Index.Clear();
        IRequestStore store = GatedRequests.Of(path.Storage.Requests, out TaskCompletionSource gate, out Task asked);
        var queue = new RequestQueue(
            store, path.Index, path.Get<ResultRecorder>(), path.Get<BudgetBook>(), path.Get<NodeStanding>(), path.Clock, path.Get<IdSource>(), path.Get<LeewayInstruments>());
        using var work = new HeldWork(queue, path.Index, path.Table, path.Storage.Batches, path.Get<TurnaroundForecast>(), path.Clock, NullLogger<HeldWork>.Instance);
        bool isPrepared = false;
        Task start = work.StartAsync([0], () => { isPrepared = true; return Task.CompletedTask; }, TestContext.Current.CancellationToken);
        await asked;

        Assert.False(start.IsCompleted);
        path.Clock.Advance(TimeSpan.FromSeconds(1));
        await start;
        Assert.True(isPrepared);
        Assert.True(path.Index.IsLoading);

        var loaded = new TaskCompletionSource();
        path.Index.Changed += () =>
        {
            if (!path.Index.IsLoading)
            {
                loaded.TrySetResult();
            }
        };
        gate.SetResult();
        await loaded.Task;
        Assert.All(ids, id => Assert.True(path.Index.Contains(id)));
    }

    [Fact]
    public async Task A_pool_is_sealed_when_it_is_full_and_for_its_age_only_when_everything_is_there()
    {
        await using PathFixture path = await PathFixture.StartAsync(PathFixture.DefaultConfig with
        {
            Priorities = PathFixture.DefaultConfig.Priorities with
            {
                Standard = new PriorityConfig { Deadline = TimeSpan.FromHours(1), Seal = new SealConfig { Requests = 3, Age = TimeSpan.FromMinutes(1) } },
            },
        });
        using (path.Index.BeginLoading())
        {
            await path.EnqueueManyAsync(2);
            path.Clock.Advance(TimeSpan.FromMinutes(2));
            Assert.Equal(0, await path.Former.RunOnceAsync(TestContext.Current.CancellationToken));
            await path.EnqueueManyAsync(2);
            Assert.Equal(1, await path.Former.RunOnceAsync(TestContext.Current.CancellationToken));
            await path.EnqueueAsync();
            path.Clock.Advance(TimeSpan.FromMinutes(2));
            Assert.Equal(0, await path.Former.RunOnceAsync(TestContext.Current.CancellationToken));
        }

        Assert.Equal(1, await path.Former.RunOnceAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["age", "requests"], path.Table.Open.Select(static batch => batch.SealReason).Order());
    }

    [Fact]
    public async Task A_batch_whose_members_are_not_read_yet_is_neither_given_up_nor_cancelled()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueManyAsync(2);
        FakeJob job = await path.SubmitAsync();
        await path.EnqueueManyAsync(2);
        BatchRecord waiting = await path.SealAsync();
        Forget(path);
        using (path.Index.BeginLoading())
        {
            await path.SubmitOnceAsync();
            path.Clock.Advance(path.Config.Current.Lanes.Batch.Poll.Max);
            await path.Poller.RunOnceAsync(TestContext.Current.CancellationToken);
            Assert.Equal(BatchState.Sealed, (await path.BatchAsync(waiting.Id)).State);
            await path.Queue.LoadAsync(0, TestContext.Current.CancellationToken);
        }

        await path.SubmitOnceAsync();
        Assert.Equal(BatchState.Submitted, (await path.BatchAsync(waiting.Id)).State);
        Assert.Equal(0, job.Cancels);
    }

    [Fact]
    public async Task A_request_that_its_batch_gave_back_meanwhile_waits_in_its_pool()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync();
        BatchRecord batch = await path.SealAsync();
        QueuedRequest asRead = (await path.ReadAsync(id)).Request;
        Forget(path);
        using (path.Index.BeginLoading())
        {
            path.Index.MarkQueued(await path.Storage.Requests.RequeueFromBatchAsync(batch.Id, [id], "not_run", path.Clock.GetUtcNow(), TestContext.Current.CancellationToken));
            Assert.True(path.Index.Add(asRead));
        }

        Assert.Equal(0, path.Index.OpenMembers(batch.Id));
        Assert.Equal(1, path.Index.SealAll());
    }

    [Fact]
    public async Task A_request_that_came_in_meanwhile_and_is_being_answered_is_not_taken_for_interrupted()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync();
        int? attempt = await path.Storage.Requests.StartAsync(id, Lane.RealTime, "openai/gpt-4o-mini", path.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        path.Index.MarkRunning(id, attempt!.Value);

        await path.Queue.LoadAsync(0, TestContext.Current.CancellationToken);
        Assert.Equal(RequestState.Running, await path.StateAsync(id));

        // What runs and is not here was begun by an earlier process.
        Forget(path);
        await path.Queue.LoadAsync(0, TestContext.Current.CancellationToken);
        Assert.Equal(RequestState.Queued, await path.StateAsync(id));
    }

    private static void Forget(PathFixture path) => path.Index.Clear();

    /// <summary>A store whose open requests are read when a gate opens.</summary>
    public class GatedRequests : DispatchProxy
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private IRequestStore? _store;

        public static IRequestStore Of(IRequestStore store, out TaskCompletionSource gate, out Task asked)
        {
            IRequestStore gated = Create<IRequestStore, GatedRequests>();
            var proxy = (GatedRequests)(object)gated;
            proxy._store = store;
            (gate, asked) = (proxy._gate, proxy._asked.Task);
            return gated;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IRequestStore.LoadOpenAsync) ? LoadAsync((int)args![0]!) : targetMethod.Invoke(_store, args);

        private async IAsyncEnumerable<QueuedRequest> LoadAsync(int node)
        {
            _asked.SetResult();
            await _gate.Task;
            await foreach (QueuedRequest request in _store!.LoadOpenAsync(node, CancellationToken.None))
            {
                yield return request;
            }
        }
    }
}
