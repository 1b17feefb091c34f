namespace Leeway.Tests.Batching;

public sealed class BatchSubmitterTests
{
    private static ProviderException Cut => FakeVendor.Fails(ProviderErrorKind.StreamCut);

    [Fact]
    public async Task The_happy_path_saves_every_step_and_sends_every_member_once()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId[] ids = await path.EnqueueManyAsync(3);
        FakeJob job = await path.SubmitAsync();
        BatchRecord batch = await path.BatchAsync(path.Table.Open[0].Id);
        Assert.Equal(
            (BatchState.Submitted, job.Id, job.InputFile, 1, path.Clock.GetUtcNow(), path.Clock.GetUtcNow()),
            (batch.State, batch.ProviderBatch, batch.InputFile, batch.CreateAttempt, batch.IntendedAt, batch.SubmittedAt));
        Assert.Equal(batch.Fingerprint, job.Fingerprint);
        string input = System.Text.Encoding.UTF8.GetString(path.Vendor.Files[job.InputFile].Bytes);
        Assert.Equal(3, input.TrimEnd().Split('\n').Length);
        Assert.All(ids, id => Assert.Contains(id.ToString(), input, StringComparison.Ordinal));
        Assert.All(ids, id => Assert.Equal(RequestState.Submitted, path.StateAsync(id).Result));
    }

    [Fact]
    public async Task A_create_whose_answer_is_lost_is_adopted_from_the_list_and_created_once()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueManyAsync(2);
        path.Vendor.CreateScript.Enqueue(make => { make(); throw Cut; });
        FakeJob job = await path.SubmitAsync();
        Assert.Equal((BatchState.Submitted, job.Id), (path.Table.Open[0].State, path.Table.Open[0].ProviderBatch));
        await path.SubmitOnceAsync();
        Assert.Equal(1, path.Vendor.Creates);
    }

    [Fact]
    public async Task A_create_lost_before_it_happened_is_quarantined_then_repeated_once_after_the_adopt_window()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueManyAsync(2);
        path.Vendor.CreateScript.Enqueue(_ => throw Cut);
        await path.SealAsync();
        await path.SubmitOnceAsync();
        Assert.Equal(BatchState.Quarantined, path.Table.Open[0].State);
        Assert.NotNull(path.Table.Open[0].Note);
        path.Clock.Advance(path.Quarantine.Adopt - TimeSpan.FromSeconds(1));
        await path.SubmitOnceAsync();
        Assert.Equal(1, path.Vendor.Creates);
        path.Clock.Advance(path.Quarantine.LookEvery);
        await path.SubmitOnceAsync();
        await path.SubmitOnceAsync();
        await path.SubmitOnceAsync();
        Assert.Equal((2, 1, 1), (path.Vendor.Creates, path.Vendor.Uploads, path.Vendor.Jobs.Count));
        Assert.Equal((BatchState.Submitted, $"{path.Table.Open[0].Id}.2"), (path.Table.Open[0].State, path.Vendor.Jobs[0].Fingerprint));
    }

    [Fact]
    public async Task A_quarantined_batch_whose_next_look_a_clock_set_too_far_away_is_looked_at_now()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueManyAsync(2);
        path.Vendor.CreateScript.Enqueue(make => { make().Listed = false; throw Cut; });
        await path.SealAsync();
        await path.SubmitOnceAsync();
        path.Vendor.Jobs[0].Listed = true;
        path.Table.Set(path.Table.Open[0] with { NextPollAt = path.Clock.GetUtcNow() + TimeSpan.FromMinutes(7) });

        await path.SubmitOnceAsync();
        Assert.Equal((BatchState.Submitted, 1), (path.Table.Open[0].State, path.Vendor.Creates));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_a_create_may_be_repeated_it_is_under_the_same_fingerprint_once_the_list_shows_no_job(bool happened)
    {
        await using PathFixture path = await PathFixture.StartAsync();
        path.Vendor.Capabilities = path.Vendor.Capabilities with { IdempotentCreate = true };
        await path.EnqueueManyAsync(2);
        FakeJob? hidden = null;
        path.Vendor.CreateScript.Enqueue(make =>
        {
            if (happened)
            {
                hidden = make();
                hidden.Listed = false;
            }

            throw Cut;
        });
        path.Vendor.CreateScript.Enqueue(_ => throw Cut);
        path.Vendor.CreateScript.Enqueue(_ => throw FakeVendor.Fails(ProviderErrorKind.RateLimited));
        path.Vendor.CreateScript.Enqueue(make => hidden ?? make());
        await path.SealAsync();
        await path.SubmitOnceAsync();
        for (int looks = 1; looks <= 3; looks++)
        {
            Assert.Equal((BatchState.Quarantined, looks), (path.Table.Open[0].State, path.Vendor.Creates));
            await path.SubmitOnceAsync();
            Assert.Equal(looks, path.Vendor.Creates);
            path.Clock.Advance(path.Quarantine.Adopt);
            await path.SubmitOnceAsync();
        }

        FakeJob job = Assert.Single(path.Vendor.Jobs);
        Assert.Equal((BatchState.Submitted, job.Id, 1), (path.Table.Open[0].State, path.Table.Open[0].ProviderBatch, path.Table.Open[0].CreateAttempt));
        Assert.Equal(path.Table.Open[0].Fingerprint, job.Fingerprint);
        Assert.Equal((4, 1), (path.Vendor.Creates, path.Vendor.Uploads));
    }

    [Fact]
    public async Task A_twin_that_surfaces_late_is_cancelled_at_once_and_its_rows_are_duplicates_in_the_ledger()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId[] ids = await path.EnqueueManyAsync(2);
        path.Vendor.CreateScript.Enqueue(make => { make().Listed = false; throw Cut; });
        await path.SealAsync();
        await path.SubmitOnceAsync();
        path.Clock.Advance(path.Quarantine.Adopt);
        await path.SubmitOnceAsync();
        await path.SubmitOnceAsync();
        FakeJob twin = path.Vendor.Jobs[0];
        FakeJob real = path.Vendor.Jobs[1];
        await path.Twins.RunOnceAsync(CancellationToken.None);
        Assert.Equal(0, twin.Cancels);
        twin.Listed = true;
        path.Clock.Advance(path.Quarantine.LookEvery);
        await path.Twins.RunOnceAsync(CancellationToken.None);
        Assert.Equal((1, 0), (twin.Cancels, real.Cancels));
        Assert.Contains(twin.Id, (await path.BatchAsync(path.Table.Open[0].Id)).Note, StringComparison.Ordinal);

        // The twin had done a row by then; the real one does both, and is collected before the twin has stopped.
        path.Vendor.End(real, ids.Select(id => FakeVendor.Row(id)));
        await path.CollectAsync();
        path.Vendor.End(twin, [FakeVendor.Row(ids[0])], [FakeVendor.NotRun(ids[1], "batch_cancelled")], ProviderBatchStatus.Cancelled);
        for (int i = 0; i < 2; i++)
        {
            path.Clock.Advance(path.Quarantine.LookEvery);
            await path.Twins.RunOnceAsync(CancellationToken.None);
        }

        Assert.Equal([false, true], (await path.ReadAsync(ids[0])).Entries.Select(entry => entry.Duplicate));
        Assert.Equal([false], (await path.ReadAsync(ids[1])).Entries.Select(entry => entry.Duplicate));
    }

    [Fact]
    public async Task A_twin_is_still_found_after_a_restart_when_its_batch_is_already_collected()
    {
        await using PathFixture first = await PathFixture.StartAsync();
        RequestId[] ids = await first.EnqueueManyAsync(1);
        first.Vendor.CreateScript.Enqueue(make => { make().Listed = false; throw Cut; });
        await first.SealAsync();
        await first.SubmitOnceAsync();
        first.Clock.Advance(first.Quarantine.Adopt);
        await first.SubmitOnceAsync();
        await first.SubmitOnceAsync();
        first.Vendor.End(first.Vendor.Jobs[1], ids.Select(id => FakeVendor.Row(id)));
        await first.CollectAsync();
        Assert.Empty(first.Table.Open);
        await using PathFixture second = await first.RestartAsync();
        second.Vendor.Jobs[0].Listed = true;
        await second.Twins.RunOnceAsync(CancellationToken.None);
        Assert.Equal(1, second.Vendor.Jobs[0].Cancels);
    }

    [Fact]
    public async Task What_the_list_cannot_decide_is_quarantined_and_said_and_never_repeated()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueManyAsync(1);
        path.Vendor.CreateScript.Enqueue(make => { make(); throw Cut; });
        path.Vendor.ListFails = FakeVendor.Fails(ProviderErrorKind.Overloaded);
        await path.SealAsync();
        for (int i = 0; i < 5; i++)
        {
            await path.SubmitOnceAsync();
            path.Clock.Advance(path.Quarantine.Adopt);
        }

        Assert.Equal((BatchState.Quarantined, 1), (path.Table.Open[0].State, path.Vendor.Creates));
        Assert.Contains("list cannot be read", path.Table.Open[0].Note, StringComparison.Ordinal);
        path.Vendor.ListFails = null;
        await path.SubmitOnceAsync();
        Assert.Equal((BatchState.Submitted, 1), (path.Table.Open[0].State, path.Vendor.Creates));
    }

    [Theory]
    [InlineData(false, ProviderErrorKind.InvalidRequest)]
    [InlineData(false, ProviderErrorKind.NotFound)]
    [InlineData(true, ProviderErrorKind.InvalidRequest)]
    public async Task A_definite_refusal_gives_the_members_back_and_after_three_tries_they_go_in_real_time(bool atUpload, ProviderErrorKind kind)
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId id = await path.EnqueueAsync(deadline: TimeSpan.FromHours(12));
        path.Vendor.UploadFails = atUpload ? FakeVendor.Fails(ProviderErrorKind.InvalidRequest) : null;
        for (int i = 1; i <= 3; i++)
        {
            path.Vendor.CreateScript.Enqueue(_ => throw FakeVendor.Fails(kind));
            BatchRecord batch = await path.SealAsync();
            await path.SubmitOnceAsync();
            Assert.Equal(BatchState.Abandoned, (await path.BatchAsync(batch.Id)).State);
            Assert.Equal((RequestState.Queued, i), ((await path.ReadAsync(id)).Request.State, (await path.ReadAsync(id)).Request.Attempts));
        }

        await path.RunDueAsync();
        Assert.Equal((RequestState.Succeeded, Lane.RealTime), ((await path.ReadAsync(id)).Request.State, (await path.ReadAsync(id)).Lane));
    }

    [Fact]
    public async Task A_batch_that_nobody_waits_for_any_more_is_not_sent_and_its_attempts_say_so()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId[] ids = await path.EnqueueManyAsync(2);
        BatchRecord batch = await path.SealAsync();
        foreach (RequestId id in ids)
        {
            await path.Queue.CancelAsync(id, new RequestResult(499, default, "request_cancelled"), CancellationToken.None);
        }

        await path.SubmitOnceAsync();

        Assert.Equal((BatchState.Abandoned, 0, 0), ((await path.BatchAsync(batch.Id)).State, path.Vendor.Uploads, path.Vendor.Creates));
        foreach (RequestId id in ids)
        {
            Assert.Equal(RequestState.Cancelled, await path.StateAsync(id));
            Assert.Equal(["not_sent"], (await path.ReadAsync(id)).Attempts.Select(static attempt => attempt.Outcome));
        }
    }

    [Theory]
    [InlineData(ProviderErrorKind.RateLimited)]
    [InlineData(ProviderErrorKind.QuotaExhausted)]
    public async Task A_refusal_for_now_pauses_the_deployment_and_submits_later_with_the_same_upload(ProviderErrorKind kind)
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueManyAsync(1);
        path.Vendor.CreateScript.Enqueue(_ => throw FakeVendor.Fails(kind, TimeSpan.FromSeconds(90)));
        await path.SealAsync();
        await path.SubmitOnceAsync();
        Assert.Equal(path.Clock.GetUtcNow() + TimeSpan.FromSeconds(90), path.Table.Pauses.EndOf("openai/gpt-4o-mini"));
        path.Clock.Advance(TimeSpan.FromSeconds(89));
        await path.SubmitOnceAsync();
        Assert.Equal((1, BatchState.Sealed), (path.Vendor.Creates, path.Table.Open[0].State));
        path.Clock.Advance(TimeSpan.FromSeconds(1));
        await path.SubmitOnceAsync();
        Assert.Equal((2, 1, BatchState.Submitted), (path.Vendor.Creates, path.Vendor.Uploads, path.Table.Open[0].State));
    }

    [Fact]
    public async Task Pauses_grow_while_nothing_goes_through_and_end_with_a_success()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        var waits = new List<double>();
        for (int i = 0; i < 9; i++)
        {
            // A provider that asks for no wait at all is not asked again at once.
            path.Table.Pauses.Begin("d", TimeSpan.Zero);
            waits.Add((path.Table.Pauses.EndOf("d")!.Value - path.Clock.GetUtcNow()).TotalSeconds);
        }

        Assert.Equal([30, 60, 120, 240, 480, 960, 1800, 1800, 1800], waits);
        path.Table.Pauses.End("d");
        Assert.Null(path.Table.Pauses.EndOf("d"));
        path.Table.Pauses.Begin("d");
        Assert.Equal(path.Clock.GetUtcNow() + TimeSpan.FromSeconds(30), path.Table.Pauses.EndOf("d"));
    }

    [Fact]
    public async Task The_enqueued_token_limit_holds_over_several_batches()
    {
        await using PathFixture path = await PathFixture.StartAsync(BatchFormerTests.WithTokenLimit(1000));
        for (int i = 0; i < 6; i++)
        {
            await path.EnqueueAsync(tokens: 400, deadline: TimeSpan.FromHours(20));
        }

        await path.SealAsync();
        await path.SubmitOnceAsync();
        Assert.Equal((1, 1), (path.Vendor.Jobs.Count, path.Table.Open.Count));
        for (int done = 1; done <= 3; done++)
        {
            Assert.InRange(path.Table.EnqueuedTokens("openai/gpt-4o-mini"), 1, 1000);
            FakeJob job = path.Vendor.Jobs[^1];
            path.Vendor.End(job, []);
            await path.Poller.RunOnceAsync(CancellationToken.None);
            path.Clock.Advance(TimeSpan.FromMinutes(5));
            await path.Poller.RunOnceAsync(CancellationToken.None);
            await path.Former.RunOnceAsync(CancellationToken.None);
            await path.SubmitOnceAsync();
            Assert.Equal(Math.Min(3, done + 1), path.Vendor.Jobs.Count);
        }
    }

    [Fact]
    public async Task A_restart_in_submitting_without_an_input_file_uploads_and_creates()
    {
        await using PathFixture first = await PathFixture.StartAsync();
        await first.EnqueueManyAsync(2);
        BatchRecord batch = await first.SealAsync();
        await first.Storage.Batches.UpdateAsync(batch with { State = BatchState.Submitting, CreateAttempt = 1, IntendedAt = first.Clock.GetUtcNow() }, BatchState.Sealed, CancellationToken.None);
        await using PathFixture second = await first.RestartAsync();
        await second.SubmitOnceAsync();
        Assert.Equal((BatchState.Submitted, 1), (second.Table.Open[0].State, second.Vendor.Creates));
    }

    [Fact]
    public async Task A_restart_in_submitting_with_an_input_file_looks_for_the_job_before_it_creates()
    {
        await using PathFixture first = await PathFixture.StartAsync();
        await first.EnqueueManyAsync(2);
        first.Vendor.CreateScript.Enqueue(make => { make(); throw new OperationCanceledException("the process dies here"); });
        await first.SealAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(first.SubmitOnceAsync);
        await using PathFixture second = await first.RestartAsync();
        Assert.Equal(BatchState.Submitting, second.Table.Open[0].State);
        await second.SubmitOnceAsync();
        Assert.Equal((BatchState.Submitted, 1), (second.Table.Open[0].State, second.Vendor.Creates));
    }

    [Fact]
    public async Task A_batch_that_fails_unexpectedly_does_not_hold_up_the_others()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueAsync();
        await path.EnqueueAsync(model: "gpt-4o");
        await path.SealAsync();
        path.Vendor.CreateScript.Enqueue(_ => throw new IOException("scripted: the disk is full"));
        await path.SubmitOnceAsync();
        Assert.Equal([BatchState.Submitting, BatchState.Submitted], path.Table.Open.Select(batch => batch.State).Order());
    }

    [Fact]
    public async Task A_pause_does_not_keep_an_unknown_create_from_being_adopted()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueAsync();
        path.Vendor.CreateScript.Enqueue(make => { make().Listed = false; throw Cut; });
        await path.SealAsync();
        await path.SubmitOnceAsync();
        path.Table.Pauses.Begin("openai/gpt-4o-mini", TimeSpan.FromHours(1));
        path.Vendor.Jobs[0].Listed = true;
        path.Clock.Advance(path.Quarantine.LookEvery);
        await path.SubmitOnceAsync();
        Assert.Equal(BatchState.Submitted, path.Table.Open[0].State);
    }

    [Fact]
    public async Task A_step_that_the_store_has_left_behind_is_taken_over_and_not_repeated()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueAsync();
        FakeJob job = await path.SubmitAsync();
        BatchRecord stale = path.Table.Open[0];
        await path.Storage.Batches.UpdateAsync(stale with { State = BatchState.Running }, BatchState.Submitted, CancellationToken.None);
        path.Vendor.End(job, []);
        await path.Poller.RunOnceAsync(CancellationToken.None);
        Assert.Equal(BatchState.Running, path.Table.Open[0].State);
        await path.Poller.RunOnceAsync(CancellationToken.None);
        Assert.Equal(BatchState.Collecting, path.Table.Open[0].State);
    }
}
