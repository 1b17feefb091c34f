using System.Text;
using System.Text.RegularExpressions;

namespace Leeway.Tests.Batching;

public sealed class BatchFormerTests
{
    private static LeewayConfig Sealing(SealConfig seal) => PathFixture.DefaultConfig with
    {
        Priorities = PathFixture.DefaultConfig.Priorities with { Standard = new PriorityConfig { Deadline = TimeSpan.FromHours(1), Seal = seal } },
        Lanes = new LanesConfig { Batch = new BatchLaneConfig { Seal = new SealConfig() } },
    };

    private static async Task<int> RunAsync(PathFixture path) => await path.Get<Leeway.Batching.BatchFormer>().RunOnceAsync(CancellationToken.None);

    [Fact]
    public async Task Seals_when_the_count_is_reached_and_not_before()
    {
        await using PathFixture path = await PathFixture.StartAsync(Sealing(new SealConfig { Requests = 3 }));
        await path.EnqueueManyAsync(2);
        Assert.Equal(0, await RunAsync(path));
        await path.EnqueueAsync();
        Assert.Equal(1, await RunAsync(path));
        Assert.Equal(("requests", 3), (path.Table.Open[0].SealReason, path.Table.Open[0].Requests));
    }

    [Fact]
    public async Task Seals_when_the_bytes_are_reached()
    {
        await using PathFixture path = await PathFixture.StartAsync(Sealing(new SealConfig { Bytes = 5000 }));
        await path.EnqueueAsync(padding: 4000);
        Assert.Equal(0, await RunAsync(path));
        await path.EnqueueAsync(padding: 1000);
        Assert.Equal(1, await RunAsync(path));
        Assert.Equal("bytes", path.Table.Open[0].SealReason);
    }

    [Fact]
    public async Task Seals_when_the_tokens_are_reached()
    {
        await using PathFixture path = await PathFixture.StartAsync(Sealing(new SealConfig { Tokens = 1000 }));
        await path.EnqueueAsync(tokens: 999);
        Assert.Equal(0, await RunAsync(path));
        await path.EnqueueAsync(tokens: 1);
        Assert.Equal(1, await RunAsync(path));
        Assert.Equal("tokens", path.Table.Open[0].SealReason);
    }

    [Fact]
    public async Task Seals_at_the_age_of_the_oldest()
    {
        await using PathFixture path = await PathFixture.StartAsync(Sealing(new SealConfig { Age = TimeSpan.FromMinutes(15) }));
        await path.EnqueueAsync();
        path.Clock.Advance(TimeSpan.FromMinutes(10));
        await path.EnqueueAsync();
        path.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await RunAsync(path));
        path.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await RunAsync(path));
        Assert.Equal(("age", 2), (path.Table.Open[0].SealReason, path.Table.Open[0].Requests));
    }

    [Fact]
    public async Task Low_priority_waits_for_the_nightly_window()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueAsync(Priority.Low);
        path.Clock.Advance(TimeSpan.FromHours(14) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await RunAsync(path));
        path.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await RunAsync(path));
        Assert.Equal("window", path.Table.Open[0].SealReason);
    }

    [Fact]
    public async Task Seals_at_the_last_safe_moment_when_the_window_comes_too_late()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueAsync(Priority.Low, TimeSpan.FromHours(6));
        path.Clock.Advance(TimeSpan.FromHours(5.5) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await RunAsync(path));
        path.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await RunAsync(path));
        Assert.Equal("last_safe_moment", path.Table.Open[0].SealReason);
    }

    [Fact]
    public async Task Splits_at_the_providers_number_of_requests_earliest_deadlines_first()
    {
        var vendor = new FakeVendor(TimeProvider.System);
        vendor.Capabilities = vendor.Capabilities with { MaxBatchRequests = 2 };
        await using PathFixture small = await PathFixture.StartAsync(vendor: vendor);
        RequestId late = await small.EnqueueAsync(deadline: TimeSpan.FromHours(9));
        RequestId middle = await small.EnqueueAsync(deadline: TimeSpan.FromHours(5));
        await small.EnqueueAsync(deadline: TimeSpan.FromHours(7), model: "gpt-4o");
        RequestId soon = await small.EnqueueAsync(deadline: TimeSpan.FromHours(2));
        await small.SealAsync();
        Assert.Equal(3, small.Table.Open.Count);
        Assert.Equal(small.Table.Open.Single(batch => batch.Requests == 2).Id, (await small.ReadAsync(soon)).Request.Batch);
        Assert.Equal((await small.ReadAsync(soon)).Request.Batch, (await small.ReadAsync(middle)).Request.Batch);
        Assert.NotEqual((await small.ReadAsync(soon)).Request.Batch, (await small.ReadAsync(late)).Request.Batch);
    }

    [Fact]
    public async Task Splits_at_the_providers_bytes_with_the_frames_of_the_lines_counted()
    {
        var vendor = new FakeVendor(TimeProvider.System);
        vendor.Capabilities = vendor.Capabilities with { MaxBatchBytes = 10_000 };
        await using PathFixture path = await PathFixture.StartAsync(vendor: vendor);
        for (int i = 0; i < 20; i++)
        {
            await path.EnqueueAsync(padding: 900);
        }

        await path.SealAsync();
        await path.SubmitOnceAsync();
        Assert.All(vendor.Files.Values, file => Assert.InRange(file.Bytes.Length, 1, 10_000));
        Assert.Equal(20, path.Table.Open.Sum(batch => batch.Requests));
    }

    [Fact]
    public async Task No_batch_exceeds_the_enqueued_token_limit_of_its_deployment()
    {
        await using PathFixture path = await PathFixture.StartAsync(WithTokenLimit(1000));
        for (int i = 0; i < 7; i++)
        {
            await path.EnqueueAsync(tokens: 400);
        }

        int sealedRequests = 0;
        for (int i = 0; i < 4; i++)
        {
            BatchRecord batch = await path.SealAsync();
            Assert.InRange(batch.EstimatedInputTokens, 1, 1000);
            sealedRequests += batch.Requests;

            // What could not start is not sealed.
            Assert.Equal(batch, Assert.Single(path.Table.Open));
            path.Table.Set(batch with { State = BatchState.Abandoned });
        }

        Assert.Equal(7, sealedRequests);
    }

    [Fact]
    public async Task Who_comes_while_there_is_no_room_goes_by_deadline_and_team_once_there_is()
    {
        await using PathFixture path = await PathFixture.StartAsync(WithTokenLimit(1000));
        for (int i = 0; i < 10; i++)
        {
            await path.EnqueueAsync(tokens: 400, team: "many", deadline: TimeSpan.FromHours(9));
        }

        BatchRecord first = await path.SealAsync();
        RequestId other = await path.EnqueueAsync(tokens: 400, team: "few", deadline: TimeSpan.FromHours(12));
        RequestId near = await path.EnqueueAsync(tokens: 400, team: "many", deadline: TimeSpan.FromHours(4));
        Assert.Equal(first, await path.SealAsync());
        path.Table.Set(first with { State = BatchState.Collecting });
        BatchRecord second = await path.SealAsync();
        Assert.Equal([second.Id, second.Id], [(await path.ReadAsync(other)).Request.Batch, (await path.ReadAsync(near)).Request.Batch]);
    }

    [Fact]
    public async Task What_is_left_of_the_room_is_used_unless_it_is_next_to_nothing()
    {
        await using PathFixture path = await PathFixture.StartAsync(WithTokenLimit(1000));
        await path.EnqueueAsync(tokens: 300);
        await path.SealAsync();
        await path.EnqueueAsync(tokens: 500);
        await path.EnqueueAsync(tokens: 500);
        await path.SealAsync();
        Assert.Equal([300L, 500L], path.Table.Open.Select(batch => batch.EstimatedInputTokens));

        // 200 of 1,000 are left: room for all of a small pool only.
        await path.EnqueueAsync(Priority.Low, tokens: 150);
        await path.SealAsync();
        Assert.Equal([300L, 500L, 150L], path.Table.Open.Select(batch => batch.EstimatedInputTokens));
        Assert.Equal(500, path.Index.ReadPools(pools => pools.Sum(pool => pool.Tokens)));
    }

    [Fact]
    public async Task Groups_never_mix_deployment_endpoint_or_model()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueAsync();
        await path.EnqueueAsync(model: "gpt-4o");
        await path.EnqueueAsync(endpoint: "/v1/embeddings");
        await path.EnqueueAsync();
        await path.SealAsync();
        Assert.Equal([1, 1, 2], path.Table.Open.Select(batch => batch.Requests).Order());
        Assert.Equal(3, path.Table.Open.Select(batch => batch.Group).Distinct().Count());
    }

    [Fact]
    public async Task A_request_that_ended_between_index_and_store_is_left_out_and_not_counted()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId[] ids = await path.EnqueueManyAsync(3);

        // In the store only, as if the index had not heard of it yet.
        await path.Storage.Results.FinishAsync(
            [new FinishedRequest { Id = ids[1], Attempt = 0, To = RequestState.Cancelled, Outcome = "cancelled", Lane = Lane.Batch, Result = new RequestResult(499, default, "x"), At = path.Clock.GetUtcNow() }],
            CancellationToken.None);
        BatchRecord batch = await path.SealAsync();
        Assert.Equal((2, 200L), (batch.Requests, batch.EstimatedInputTokens));
        Assert.Equal(2, path.Index.OpenMembers(batch.Id));
        Assert.Equal(await path.BatchAsync(batch.Id), batch);
    }

    [Fact]
    public async Task A_request_that_began_in_real_time_while_its_pool_was_sealed_can_still_come_back()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync();
        await path.EnqueueAsync();
        int attempt = (await path.Storage.Requests.StartAsync(id, Lane.RealTime, "openai/gpt-4o-mini", path.Clock.GetUtcNow(), CancellationToken.None))!.Value;
        await path.SealAsync();
        path.Index.MarkRunning(id, attempt);
        path.Index.MarkQueued(await path.Storage.Requests.RequeueAsync([id], "rate_limited", path.Clock.GetUtcNow(), CancellationToken.None));
        BatchRecord second = await path.SealAsync();
        Assert.Equal(second.Id, (await path.ReadAsync(id)).Request.Batch);
    }

    [Fact]
    public async Task The_end_of_a_run_seals_its_requests_at_once()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        var run = new RunId(Guid.CreateVersion7());
        await path.EnqueueAsync(Priority.Low, run: run);
        await path.EnqueueAsync(Priority.Low, run: run);
        Assert.Equal(0, await RunAsync(path));
        Assert.Equal(2, path.Index.SealRun(run));
        Assert.Equal(1, await RunAsync(path));
        Assert.Equal(("run", 2), (path.Table.Open[0].SealReason, path.Table.Open[0].Requests));
    }

    [Fact]
    public async Task Requests_whose_prompts_begin_alike_stand_together_in_the_file_the_earliest_deadlines_first()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        var one = new PrefixKey([1]);
        var two = new PrefixKey([2]);
        await path.EnqueueAsync(number: 101, deadline: TimeSpan.FromHours(5), prefix: one);
        await path.EnqueueAsync(number: 102, deadline: TimeSpan.FromHours(4), prefix: two);
        await path.EnqueueAsync(number: 103, deadline: TimeSpan.FromHours(3), prefix: one);
        await path.EnqueueAsync(number: 104, deadline: TimeSpan.FromHours(2), prefix: two);
        await path.EnqueueAsync(number: 105, deadline: TimeSpan.FromHours(2.5));
        BatchRecord batch = await path.SealAsync();
        await path.SubmitOnceAsync();
        Assert.Equal(["104", "102", "105", "103", "101"], Numbers(path.Vendor));
        Assert.Equal(path.Clock.GetUtcNow() + TimeSpan.FromHours(2), batch.EarliestDeadline);
    }

    [Fact]
    public async Task The_order_of_a_sealed_batch_outlives_the_process()
    {
        PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueAsync(number: 101, deadline: TimeSpan.FromHours(5), prefix: new PrefixKey([1]));
        await path.EnqueueAsync(number: 102, deadline: TimeSpan.FromHours(4), prefix: new PrefixKey([2]));
        await path.EnqueueAsync(number: 103, deadline: TimeSpan.FromHours(3), prefix: new PrefixKey([1]));
        await path.SealAsync();
        await using PathFixture next = await path.RestartAsync();
        await next.SubmitOnceAsync();
        Assert.Equal(["103", "101", "102"], Numbers(next.Vendor));
    }

    [Fact]
    public async Task Teams_share_a_batch_that_does_not_hold_all()
    {
        var vendor = new FakeVendor(TimeProvider.System);
        vendor.Capabilities = vendor.Capabilities with { MaxBatchRequests = 6 };
        await using PathFixture path = await PathFixture.StartAsync(vendor: vendor);
        for (int i = 0; i < 9; i++)
        {
            await path.EnqueueAsync(team: "many", deadline: TimeSpan.FromHours(2));
        }

        RequestId[] few = [await path.EnqueueAsync(team: "few", deadline: TimeSpan.FromHours(9)), await path.EnqueueAsync(team: "few", deadline: TimeSpan.FromHours(9))];
        await path.SealAsync();
        BatchId first = path.Table.Open[0].Id;
        Assert.Equal([6, 5], path.Table.Open.Select(batch => batch.Requests));
        Assert.Equal([first, first], [(await path.ReadAsync(few[0])).Request.Batch, (await path.ReadAsync(few[1])).Request.Batch]);
    }

    [Fact]
    public async Task A_request_waits_for_the_cheaper_hour_while_others_of_its_group_go_and_its_deadline_is_kept()
    {
        await using PathFixture path = await PathFixture.StartAsync(WithNightPrice(new SealConfig { Requests = 3, Age = TimeSpan.FromMinutes(15) }));
        RequestId[] waiting = [await path.EnqueueAsync(deadline: TimeSpan.FromHours(20)), await path.EnqueueAsync(deadline: TimeSpan.FromHours(20))];

        // Too near for the cheaper hour at 22:00.
        RequestId near = await path.EnqueueAsync(deadline: TimeSpan.FromHours(3));
        Assert.Equal(0, await RunAsync(path));
        path.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(1, await RunAsync(path));
        Assert.Equal(("age", 1), (path.Table.Open[0].SealReason, path.Table.Open[0].Requests));
        Assert.Equal(RequestState.Sealed, await path.StateAsync(near));
        Assert.Equal(path.Clock.GetUtcNow().Date.AddHours(22), path.Index.NextDue().Seal!.Value.UtcDateTime);

        path.Clock.Advance(TimeSpan.FromHours(9.75) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await RunAsync(path));
        path.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await RunAsync(path));
        Assert.Equal(("off_peak", 2), (path.Table.Open[1].SealReason, path.Table.Open[1].Requests));
        Assert.Equal(path.Table.Open[1].Id, (await path.ReadAsync(waiting[1])).Request.Batch);
    }

    [Fact]
    public async Task Who_waits_for_a_cheaper_hour_can_be_sealed_by_request_and_withdrawn()
    {
        await using PathFixture path = await PathFixture.StartAsync(WithNightPrice(new SealConfig { Requests = 1 }));
        RequestId first = await path.EnqueueAsync(deadline: TimeSpan.FromHours(20));
        RequestId second = await path.EnqueueAsync(deadline: TimeSpan.FromHours(20));
        Assert.Equal(0, await RunAsync(path));
        Assert.True(await path.Queue.CancelAsync(first, new RequestResult(499, default, "x"), CancellationToken.None));
        BatchRecord batch = await path.SealAsync();
        Assert.Equal((1, batch.Id), (batch.Requests, (await path.ReadAsync(second)).Request.Batch));
        Assert.Null(path.Index.NextDue().Seal);
    }

    [Fact]
    public async Task A_complete_run_still_waits_for_the_cheaper_hour()
    {
        await using PathFixture path = await PathFixture.StartAsync(WithNightPrice(new SealConfig { Age = TimeSpan.FromMinutes(15) }));
        var run = new RunId(Guid.CreateVersion7());
        await path.EnqueueAsync(deadline: TimeSpan.FromHours(20), run: run);
        RequestId near = await path.EnqueueAsync(deadline: TimeSpan.FromHours(3), run: run);
        Assert.Equal(1, path.Index.SealRun(run));
        Assert.Equal(1, await RunAsync(path));
        Assert.Equal(("run", path.Table.Open[0].Id), (path.Table.Open[0].SealReason, (await path.ReadAsync(near)).Request.Batch));
        path.Clock.Advance(TimeSpan.FromHours(10));
        Assert.Equal(1, await RunAsync(path));
        Assert.Equal(("off_peak", 1), (path.Table.Open[1].SealReason, path.Table.Open[1].Requests));
    }

    private static LeewayConfig WithNightPrice(SealConfig seal)
    {
        var night = new OffPeakPriceConfig { Windows = [new WindowConfig { From = new TimeOnly(22, 0), To = new TimeOnly(6, 0), Tz = "UTC" }], Input = 0.5m, Output = 1m };
        return Sealing(seal) with
        {
            Models = new Dictionary<string, ModelConfig>
            {
                ["gpt-4o-mini"] = new()
                {
                    Deployments = [new DeploymentConfig { Provider = "openai", Model = "gpt-4o-mini" }],
                    Price = new PriceConfig { Input = 1m, Output = 2m, OffPeak = night },
                },
            },
        };
    }

    private static string[] Numbers(FakeVendor vendor) =>
        [.. Regex.Matches(Encoding.UTF8.GetString(vendor.Files.Values.Single().Bytes), "\\b10\\d ").Select(match => match.Value.Trim())];

    internal static LeewayConfig WithTokenLimit(long tokens) => PathFixture.DefaultConfig with
    {
        Providers = new Dictionary<string, ProviderConfig>
        {
            ["openai"] = new()
            {
                ApiKey = new Secret("sk-test", "literal"),
                Retries = new RetriesConfig { Max = 0 },
                Batch = new ProviderBatchConfig { EnqueuedTokens = tokens },
            },
        },
    };
}
