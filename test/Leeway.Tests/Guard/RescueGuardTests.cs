using Leeway.Guard;
using Leeway.RealTime;
using Leeway.Tests.Batching;

namespace Leeway.Tests.Guard;

public sealed class RescueGuardTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private static LeewayConfig Config(int? rpm, long? tpm = null, int concurrency = 64, decimal? budget = null, bool hard = false) => PathFixture.DefaultConfig with
    {
        Providers = new Dictionary<string, ProviderConfig>
        {
            ["openai"] = PathFixture.DefaultConfig.Providers["openai"],
        },
        Models = new Dictionary<string, ModelConfig>
        {
            ["gpt-4o-mini"] = new() { Deployments = [new() { Provider = "openai", Rpm = rpm, Tpm = tpm }] },
        },
        Lanes = new LanesConfig
        {
            Batch = new BatchLaneConfig
            {
                Seal = new SealConfig { Requests = 50_000, Age = TimeSpan.FromMinutes(15) },
                Rescue = new RescueConfig { Concurrency = concurrency, Budget = budget, HardBudget = hard },
            },
        },
        Priorities = PathFixture.DefaultConfig.Priorities with
        {
            Standard = PathFixture.DefaultConfig.Priorities.Standard with { Seal = new SealConfig { Requests = 50_000 } },
        },
    };

    /// <summary>Lets the loops run every second until nothing is open or the time is over.</summary>
    private static async Task RunAsync(PathFixture path, TimeSpan time)
    {
        RescueGuard guard = path.Get<RescueGuard>();
        for (int second = 0; second < time.TotalSeconds && path.Index.Count > 0; second++)
        {
            guard.RunOnce();
            await path.RunDueAsync();
            path.Clock.Advance(s_second);
        }
    }

    private static async Task<int> SucceededAsync(PathFixture path, RequestId[] ids)
    {
        int count = 0;
        foreach (RequestId id in ids)
        {
            RequestRecord record = await path.ReadAsync(id);
            count += record.Request.State == RequestState.Succeeded && record.FinishedAt <= record.Request.Deadline ? 1 : 0;
        }

        return count;
    }

    [Theory]
    [InlineData(2_000, 60)]
    [InlineData(20_000, 600)]
    public async Task All_of_one_stuck_batch_make_their_one_deadline(int requests, int rpm)
    {
        await using PathFixture path = await PathFixture.StartAsync(Config(rpm));
        RequestId[] ids = await Task.WhenAll(Enumerable.Range(0, requests).Select(i => path.EnqueueAsync(number: i)));
        await path.SubmitAsync();
        await RunAsync(path, TimeSpan.FromHours(1));
        Assert.Equal(requests, await SucceededAsync(path, ids));
        Assert.True(path.Vendor.Calls[0].At > path.Clock.GetUtcNow() - TimeSpan.FromMinutes(50), "the rescue began long before it had to");
    }

    [Fact]
    public async Task Nothing_is_promoted_while_room_suffices_nor_after_a_batch_came_back_in_time()
    {
        await using PathFixture path = await PathFixture.StartAsync(Config(600));
        RequestId[] ids = await path.EnqueueManyAsync(200);
        FakeJob job = await path.SubmitAsync();
        await RunAsync(path, TimeSpan.FromMinutes(55));
        Assert.Empty(path.Vendor.Calls);
        path.Vendor.End(job, ids.Select(id => FakeVendor.Row(id)));
        await path.CollectAsync();
        Assert.Equal((0, 0), (path.Index.Count, path.Vendor.Calls.Count));
    }

    [Theory]
    [InlineData(4_000, 10)]
    [InlineData(400, 0.75)]
    public async Task A_calm_pass_does_not_keep_the_guard_from_what_comes_after_it(int requests, double hours)
    {
        // Six a minute: 3,600 in ten hours, and 258 until the last safe moment in 0.75.
        await using PathFixture path = await PathFixture.StartAsync(Config(6));
        RescueGuard guard = path.Get<RescueGuard>();
        await path.EnqueueManyAsync(100, deadline: TimeSpan.FromHours(10));
        Assert.Equal(0, guard.RunOnce());
        path.Clock.Advance(s_second);
        await Task.WhenAll(Enumerable.Range(0, requests).Select(i => path.EnqueueAsync(Priority.Low, TimeSpan.FromHours(hours), number: i)));
        Assert.True(guard.RunOnce() > 0);
    }

    [Fact]
    public async Task Tokens_bind_where_requests_do_not()
    {
        // 100 tokens each: 60,000 a minute are 10 requests a second, in 100 s a thousand.
        await using PathFixture path = await PathFixture.StartAsync(Config(null, tpm: 60_000));
        await path.EnqueueManyAsync(1200);
        await path.SubmitAsync();
        RescueGuard guard = path.Get<RescueGuard>();
        path.Clock.Advance(TimeSpan.FromMinutes(58) - TimeSpan.FromSeconds(140));
        Assert.Equal(0, guard.RunOnce());
        path.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.InRange(guard.RunOnce(), 1, 40);
    }

    [Fact]
    public async Task Slots_bind_where_the_operator_sets_no_rate()
    {
        // Two slots and the assumed five seconds: 0.4 a second, 100 requests need 250 s.
        await using PathFixture path = await PathFixture.StartAsync(Config(null, concurrency: 2));
        await path.EnqueueManyAsync(100);
        await path.SubmitAsync();
        RescueGuard guard = path.Get<RescueGuard>();
        path.Clock.Advance(TimeSpan.FromMinutes(58) - TimeSpan.FromSeconds(300));
        Assert.Equal(0, guard.RunOnce());
        path.Clock.Advance(TimeSpan.FromSeconds(40));
        Assert.InRange(guard.RunOnce(), 1, 4);
    }

    [Fact]
    public async Task What_callers_use_is_not_there_for_rescues()
    {
        await using PathFixture path = await PathFixture.StartAsync(Config(600));
        await path.EnqueueManyAsync(1000);
        await path.SubmitAsync();
        path.Clock.Advance(TimeSpan.FromMinutes(58) - TimeSpan.FromSeconds(130));
        RescueGuard guard = path.Get<RescueGuard>();
        Assert.Equal(0, guard.RunOnce());
        (Leeway.Routing.Route? route, _) = path.Routes.Resolve("gpt-4o-mini");
        for (int i = 0; i < 100; i++)
        {
            var call = new ProviderCall(PathFixture.Chat, "{\"model\":\"gpt-4o-mini\",\"messages\":[]}"u8.ToArray(), null, Buffered: false);
            var id = new RequestId(new Guid(i, 0, 0, new byte[8]));
            await path.Dispatcher.DispatchAsync(new RealTimeRequest(id, 1, PathFixture.Chat, route!, call, Priority.Urgent, "me"), new NoSink(), CancellationToken.None);
        }

        // A hundred of late, remembered for five minutes: a third of a request a second less. Without them, 112 s would do for the thousand and a tenth.
        path.Clock.Advance(TimeSpan.FromSeconds(18));
        Assert.InRange(guard.RunOnce(), 1, 40);
    }

    [Fact]
    public async Task Requests_that_wait_for_their_turn_keep_their_order_and_spend_no_attempt()
    {
        await using PathFixture path = await PathFixture.StartAsync(Config(60));
        RequestId late = await path.EnqueueAsync(deadline: TimeSpan.FromMinutes(50), pinned: Lane.RealTime);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => path.EnqueueAsync(number: i, pinned: Lane.RealTime)));
        await RunAsync(path, TimeSpan.FromSeconds(40));
        Assert.Equal(RequestState.Succeeded, await path.StateAsync(late));

        // Ten from the full bucket, then one a second.
        Assert.Equal(49, path.Vendor.Calls.Count);
        Assert.Equal(12, path.Index.Count);
        await RunAsync(path, TimeSpan.FromMinutes(1));
        Assert.Equal((0, 61), (path.Index.Count, path.Vendor.Calls.Count));
    }

    [Fact]
    public async Task A_used_up_budget_ends_early_rescues_and_only_a_hard_one_the_last_safe_moment()
    {
        foreach (bool hard in new[] { false, true })
        {
            await using PathFixture path = await PathFixture.StartAsync(Config(60, budget: 0.002m, hard: hard));
            RequestId[] ids = await path.EnqueueManyAsync(240);
            await path.SubmitAsync();
            await RunAsync(path, TimeSpan.FromHours(1) - TimeSpan.FromMinutes(2.1));

            // A rescue costs 0.00021 USD, a batch row half of it: the twentieth spends the last of it.
            Assert.InRange(path.Vendor.Calls.Count, 19, 26);
            int early = path.Vendor.Calls.Count;
            await RunAsync(path, TimeSpan.FromMinutes(3));
            int made = await SucceededAsync(path, ids);

            // One a second in the two minutes of margin, and the ten of a full bucket.
            Assert.InRange(made, hard ? early : early + 110, hard ? early : early + 140);
            Assert.Equal(hard ? 240 - early : 0, await CountAsync(path, ids, RequestState.Expired));
        }
    }

    private static async Task<int> CountAsync(PathFixture path, RequestId[] ids, RequestState state)
    {
        int count = 0;
        foreach (RequestId id in ids)
        {
            count += await path.StateAsync(id) == state ? 1 : 0;
        }

        return count;
    }

    [Theory]
    [InlineData(20_000, 20)]
    [InlineData(1_000_000, 20)]
    [InlineData(1_000_000, 1_000)]
    public async Task A_pass_reads_slices_of_time_however_many_requests_there_are(int requests, int batches)
    {
        await using PathFixture path = await PathFixture.StartAsync(Config(600));
        Fill(path, requests, batches);
        RescueGuard guard = path.Get<RescueGuard>();
        guard.RunOnce();

        // Latest starts spread over two hours, and are read a minute at a time this far ahead.
        Assert.InRange(guard.SlicesRead, 119 * batches, 122 * batches);
    }

    [Fact]
    public async Task While_nothing_can_have_become_short_a_pass_reads_nothing()
    {
        await using PathFixture path = await PathFixture.StartAsync(Config(600));
        Fill(path, 20_000, 20);
        RescueGuard guard = path.Get<RescueGuard>();
        guard.RunOnce();
        long read = guard.SlicesRead;
        for (int second = 0; second < 60; second++)
        {
            path.Clock.Advance(s_second);
            Assert.Equal(0, guard.RunOnce());
        }

        Assert.Equal(read, guard.SlicesRead);
    }

    // Batches at their provider, whose members' deadlines spread over two hours of tomorrow.
    private static void Fill(PathFixture path, int requests, int batches)
    {
        DateTimeOffset now = path.Clock.GetUtcNow();
        var random = new Random(5);
        var group = new GroupKey("openai/gpt-4o-mini", PathFixture.Chat, "gpt-4o-mini");
        BatchId[] ids = [.. Enumerable.Range(1, batches).Select(i => new BatchId(new Guid(i, 1, 0, new byte[8])))];
        foreach (BatchId id in ids)
        {
            path.Table.Set(new BatchRecord
            {
                Id = id,
                State = BatchState.Running,
                Group = group,
                Priority = Priority.Low,
                SealReason = "age",
                SealedAt = now,
                SubmittedAt = now,
                EarliestDeadline = now,
                Requests = requests / batches,
                Bytes = 1,
                EstimatedInputTokens = 1,
            });
        }

        for (int i = 0; i < requests; i++)
        {
            path.Index.Add(new QueuedRequest
            {
                Id = new RequestId(new Guid(i, 0, 0, new byte[8])),
                State = RequestState.Submitted,
                Priority = Priority.Low,
                Group = group,
                AcceptedAt = now,
                Deadline = now + TimeSpan.FromHours(23 + (2 * random.NextDouble())),
                EstimatedInputTokens = 100,
                Batch = ids[i % ids.Length],
            });
        }
    }

    private sealed class NoSink : IAnswerSink
    {
        public System.IO.Pipelines.PipeWriter Output { get; } = System.IO.Pipelines.PipeWriter.Create(Stream.Null);

        public void Start(AnswerHead head)
        {
        }

        public ValueTask EndAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask BreakAsync(ProviderError error, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
