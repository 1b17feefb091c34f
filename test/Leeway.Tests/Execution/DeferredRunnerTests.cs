using Leeway.Tests.Batching;

namespace Leeway.Tests.Execution;

public sealed class DeferredRunnerTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(60, 58)]
    [InlineData(6 * 60, (6 * 60) - 2)]
    public async Task A_rescue_starts_exactly_at_the_last_safe_moment(int deadlineMinutes, int rescueMinutes)
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync(deadline: TimeSpan.FromMinutes(deadlineMinutes));
        await path.SubmitAsync();
        path.Clock.Advance(TimeSpan.FromMinutes(rescueMinutes) - Tick);
        await path.RunDueAsync();
        Assert.Equal(RequestState.Submitted, await path.StateAsync(id));
        Assert.Equal(path.Clock.GetUtcNow() + Tick, path.Index.NextDue().Dispatch);
        path.Clock.Advance(Tick);
        await path.RunDueAsync();
        RequestRecord request = await path.ReadAsync(id);
        Assert.Equal((RequestState.Succeeded, true, Lane.RealTime), (request.Request.State, request.Rescued, request.Lane));
    }

    [Fact]
    public async Task The_margin_is_at_most_a_quarter_of_the_whole_wait()
    {
        LeewayConfig config = PathFixture.DefaultConfig with { Lanes = new LanesConfig { Batch = new BatchLaneConfig { Turnaround = TimeSpan.FromMinutes(1) } } };
        await using PathFixture path = await PathFixture.StartAsync(config);
        await path.EnqueueAsync(deadline: TimeSpan.FromMinutes(4));
        Assert.Equal(path.Clock.GetUtcNow() + TimeSpan.FromMinutes(3), path.Index.NextDue().Dispatch);
    }

    [Fact]
    public async Task No_more_requests_run_at_once_than_the_configuration_allows()
    {
        LeewayConfig config = PathFixture.DefaultConfig with
        {
            Lanes = new LanesConfig { Batch = new BatchLaneConfig { Rescue = new RescueConfig { Concurrency = 2 } } },
        };
        await using PathFixture path = await PathFixture.StartAsync(config);
        var gates = new List<TaskCompletionSource<ProviderAnswer>>();
        for (int i = 0; i < 3; i++)
        {
            path.Vendor.Answers.Enqueue((_, _) =>
            {
                var gate = new TaskCompletionSource<ProviderAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
                lock (gates)
                {
                    gates.Add(gate);
                }

                return gate.Task;
            });
            await path.EnqueueAsync(pinned: Lane.RealTime);
        }

        Assert.False(path.Runner.RunOnce(CancellationToken.None));
        await UntilAsync(() => gates.Count == 2);
        Assert.False(path.Runner.RunOnce(CancellationToken.None));
        Assert.Equal((2, 2), (path.Runner.Active, path.Vendor.Calls.Count));
        gates[0].SetResult(FakeVendor.Json(FakeVendor.GoodAnswer));
        await UntilAsync(() => path.Runner.Active == 1);
        path.Runner.RunOnce(CancellationToken.None);
        await UntilAsync(() => gates.Count == 3);
        gates[1].SetResult(FakeVendor.Json(FakeVendor.GoodAnswer));
        gates[2].SetResult(FakeVendor.Json(FakeVendor.GoodAnswer));
        await UntilAsync(() => path.Runner.Active == 0);
        Assert.Equal(0, path.Index.Count);
    }

    [Fact]
    public async Task The_conditional_start_loses_against_a_result()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync(pinned: Lane.RealTime);

        // In the store only: the index still believes that the request is open.
        await path.Storage.Results.FinishAsync(
            [new FinishedRequest { Id = id, Attempt = 0, To = RequestState.Succeeded, Outcome = "succeeded", Lane = Lane.Batch, Result = new RequestResult(200, "{}"u8.ToArray(), null), At = path.Clock.GetUtcNow() }],
            CancellationToken.None);
        await path.RunDueAsync();
        Assert.Empty(path.Vendor.Calls);
        Assert.Empty((await path.ReadAsync(id)).Attempts);
    }

    [Theory]
    [InlineData(null, 15)]
    [InlineData(60, 60)]
    [InlineData(1, 15)]
    public async Task A_retryable_failure_pauses_for_what_the_provider_asks_or_a_quarter_of_a_minute(int? retryAfter, int pause)
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync(pinned: Lane.RealTime);
        path.Vendor.Answers.Enqueue((_, _) => Task.FromResult(FakeVendor.Refuses(ProviderErrorKind.RateLimited, retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null)));
        await path.RunDueAsync();
        Assert.Equal((RequestState.Queued, "RateLimited"), (await path.StateAsync(id), (await path.ReadAsync(id)).Attempts[0].Outcome));
        path.Clock.Advance(TimeSpan.FromSeconds(pause) - Tick);
        await path.RunDueAsync();
        Assert.Single(path.Vendor.Calls);
        path.Clock.Advance(Tick);
        await path.RunDueAsync();
        Assert.Equal(RequestState.Succeeded, await path.StateAsync(id));
    }

    [Fact]
    public async Task Money_of_a_failed_try_stays_in_the_ledger_beside_the_result_of_a_later_one()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync(pinned: Lane.RealTime);
        path.Vendor.Answers.Enqueue((_, _) => Task.FromResult(FakeVendor.Json("this is no JSON, and was paid")));
        await path.RunDueAsync();
        path.Clock.Advance(TimeSpan.FromSeconds(15));
        await path.RunDueAsync();
        RequestRecord request = await path.ReadAsync(id);
        Assert.Equal(RequestState.Succeeded, request.Request.State);
        Assert.Equal([(1, true, true), (2, false, false)], request.Entries.Select(entry => (entry.Attempt, entry.Duplicate, entry.Estimated)));
    }

    [Fact]
    public async Task Entries_of_fallbacks_never_meet_those_of_later_attempts()
    {
        LeewayConfig config = PathFixture.DefaultConfig with
        {
            Models = new Dictionary<string, ModelConfig>
            {
                ["gpt-4o-mini"] = new() { Deployments = [new() { Provider = "openai" }, new() { Provider = "openai", Model = "gpt-4o" }] },
            },
        };
        await using PathFixture path = await PathFixture.StartAsync(config);
        RequestId id = await path.EnqueueAsync(pinned: Lane.RealTime);
        for (int i = 0; i < 4; i++)
        {
            path.Vendor.Answers.Enqueue((_, _) => Task.FromResult(FakeVendor.Json("no JSON")));
        }

        for (int i = 0; i < 3; i++)
        {
            await path.RunDueAsync();
            path.Clock.Advance(TimeSpan.FromSeconds(15));
        }

        await UntilAsync(async () => (await path.ReadAsync(id)).Entries.Count == 5);
        IReadOnlyList<LedgerEntry> entries = (await path.ReadAsync(id)).Entries;
        Assert.Single(entries, entry => !entry.Duplicate);
        Assert.Equal(2, entries.Count(entry => entry.Deployment == "openai/gpt-4o"));
    }

    [Fact]
    public async Task After_the_deadline_a_retryable_failure_is_the_end()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync(pinned: Lane.RealTime);
        path.Vendor.Answers.Enqueue((_, _) => Task.FromResult(FakeVendor.Refuses(ProviderErrorKind.Overloaded, status: 503)));
        path.Clock.Advance(TimeSpan.FromHours(1));
        await path.RunDueAsync();
        Assert.Equal(RequestState.Expired, await path.StateAsync(id));
        Assert.Equal(0, path.Index.Count);
    }

    [Fact]
    public async Task A_refusal_of_the_request_itself_is_the_end_at_once()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync(pinned: Lane.RealTime);
        path.Vendor.Answers.Enqueue((_, _) => Task.FromResult(FakeVendor.Refuses(ProviderErrorKind.InvalidRequest, status: 400)));
        await path.RunDueAsync();
        Assert.Equal((RequestState.Failed, 400), (await path.StateAsync(id), (await path.ReadAsync(id)).Result!.StatusCode));
    }

    [Fact]
    public async Task A_request_ends_after_ten_attempts_even_before_its_deadline()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync(pinned: Lane.RealTime);
        for (int i = 1; i <= 10; i++)
        {
            Assert.Equal(RequestState.Queued, await path.StateAsync(id));
            path.Vendor.Answers.Enqueue((_, _) => Task.FromResult(FakeVendor.Refuses(ProviderErrorKind.Overloaded, status: 503)));
            await path.RunDueAsync();
            path.Clock.Advance(TimeSpan.FromSeconds(15));
        }

        Assert.Equal((RequestState.Failed, 10), (await path.StateAsync(id), path.Vendor.Calls.Count));
    }

    [Fact]
    public async Task A_request_pinned_to_the_batch_lane_is_not_rescued_and_expires_softly()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync(pinned: Lane.Batch);
        FakeJob job = await path.SubmitAsync();
        path.Clock.Advance(TimeSpan.FromHours(1) - Tick);
        await path.RunDueAsync();
        Assert.Equal(RequestState.Submitted, await path.StateAsync(id));
        path.Clock.Advance(Tick);
        await path.RunDueAsync();
        Assert.Equal(RequestState.Expired, await path.StateAsync(id));
        Assert.Empty(path.Vendor.Calls);
        path.Vendor.End(job, [FakeVendor.Row(id)]);
        await path.CollectAsync();
        Assert.Equal(RequestState.Succeeded, await path.StateAsync(id));
    }

    [Fact]
    public async Task A_result_that_could_not_be_saved_does_not_lose_the_request()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync(pinned: Lane.RealTime);
        path.Results.FailAt = 1;
        await path.RunDueAsync();
        Assert.Equal(RequestState.Queued, await path.StateAsync(id));
        path.Clock.Advance(TimeSpan.FromSeconds(15));
        await path.RunDueAsync();
        Assert.Equal(RequestState.Succeeded, await path.StateAsync(id));
    }

    [Fact]
    public async Task A_request_that_could_not_begin_is_handed_out_again()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync(model: "gpt-4o-mini", pinned: Lane.RealTime);
        path.Config.Set(path.Config.Current with { Providers = new Dictionary<string, ProviderConfig>() });
        path.Results.FailAt = 1;
        await path.RunDueAsync();
        Assert.Equal(RequestState.Queued, await path.StateAsync(id));
        path.Config.Set(PathFixture.DefaultConfig);
        path.Clock.Advance(TimeSpan.FromSeconds(15));
        await path.RunDueAsync();
        Assert.Equal(RequestState.Succeeded, await path.StateAsync(id));
    }

    [Fact]
    public async Task What_ran_when_the_process_died_is_taken_up_at_the_next_start()
    {
        await using PathFixture first = await PathFixture.StartAsync();
        RequestId id = await first.EnqueueAsync(pinned: Lane.RealTime);
        await first.Storage.Requests.StartAsync(id, Lane.RealTime, "openai/gpt-4o-mini", first.Clock.GetUtcNow(), CancellationToken.None);
        await using PathFixture second = await first.RestartAsync();
        await second.RunDueAsync();
        Assert.Equal(RequestState.Succeeded, await second.StateAsync(id));
        Assert.Equal(["interrupted", "succeeded"], (await second.ReadAsync(id)).Attempts.Select(attempt => attempt.Outcome));
    }

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
