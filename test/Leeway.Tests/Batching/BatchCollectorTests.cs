namespace Leeway.Tests.Batching;

public sealed class BatchCollectorTests
{
    private const string Refused = """{"error":{"message":"bad","type":"invalid_request_error","param":null,"code":"bad"}}""";

    private static async Task<(PathFixture Path, RequestId[] Ids, FakeJob Job, BatchId Batch)> SubmittedAsync(int count)
    {
        PathFixture path = await PathFixture.StartAsync();
        RequestId[] ids = await path.EnqueueManyAsync(count, deadline: TimeSpan.FromHours(20));
        FakeJob job = await path.SubmitAsync();
        return (path, ids, job, path.Table.Open[0].Id);
    }

    [Fact]
    public async Task Answers_and_errors_end_their_members_with_the_providers_body_and_money()
    {
        (PathFixture path, RequestId[] ids, FakeJob job, BatchId batch) = await SubmittedAsync(2);
        await using PathFixture _ = path;
        path.Vendor.End(job, [FakeVendor.Row(ids[0])], [FakeVendor.Row(ids[1], 400, Refused)]);
        await path.CollectAsync();
        RequestRecord good = await path.ReadAsync(ids[0]);
        RequestRecord bad = await path.ReadAsync(ids[1]);
        Assert.Equal((RequestState.Succeeded, RequestState.Failed), (good.Request.State, bad.Request.State));
        Assert.Equal(FakeVendor.GoodAnswer, System.Text.Encoding.UTF8.GetString(good.Result!.Body.Span));
        Assert.Equal((400, Refused), (bad.Result!.StatusCode, System.Text.Encoding.UTF8.GetString(bad.Result.Body.Span)));
        LedgerEntry entry = Assert.Single(good.Entries);
        Assert.Equal((new TokenUsage(1000, 0, 0, 100, 0), false, entry.ListCost / 2), (entry.Usage, entry.Duplicate, entry.Cost));
        Assert.Empty(bad.Entries);
        Assert.Equal(BatchState.Collected, (await path.BatchAsync(batch)).State);
        Assert.Empty(path.Table.Open);
        Assert.Equal(0, path.Index.Count);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Either_file_may_be_missing_or_empty_and_members_without_a_row_go_back(bool output, bool errors)
    {
        (PathFixture path, RequestId[] ids, FakeJob job, BatchId batch) = await SubmittedAsync(2);
        await using PathFixture _ = path;
        path.Vendor.End(job, output ? [FakeVendor.Row(ids[0])] : null, errors ? [FakeVendor.Row(ids[0], 400, Refused)] : []);
        await path.CollectAsync();
        Assert.Equal(output ? RequestState.Succeeded : errors ? RequestState.Failed : RequestState.Queued, await path.StateAsync(ids[0]));
        Assert.Equal(RequestState.Queued, await path.StateAsync(ids[1]));
        Assert.Equal("row_missing", (await path.ReadAsync(ids[1])).Attempts[0].Outcome);
        Assert.Contains(output || errors ? "1 rows missing" : "2 rows missing", (await path.BatchAsync(batch)).Note, StringComparison.Ordinal);
        BatchRecord next = await path.SealAsync();
        Assert.Equal(next.Id, (await path.ReadAsync(ids[1])).Request.Batch);
    }

    [Fact]
    public async Task A_results_file_that_is_gone_counts_as_missing_and_does_not_block_the_batch()
    {
        (PathFixture path, RequestId[] ids, FakeJob job, BatchId batch) = await SubmittedAsync(1);
        await using PathFixture _ = path;
        path.Vendor.End(job, [FakeVendor.Row(ids[0])]);
        path.Vendor.Files.Remove(job.OutputFile!);
        await path.CollectAsync();
        Assert.Equal(RequestState.Queued, await path.StateAsync(ids[0]));
        Assert.Contains("1 files gone", (await path.BatchAsync(batch)).Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProviderBatchStatus.Expired, "batch_expired")]
    [InlineData(ProviderBatchStatus.Cancelled, "batch_cancelled")]
    public async Task Rows_that_did_not_run_go_back_and_rows_done_until_then_count(ProviderBatchStatus status, string outcome)
    {
        (PathFixture path, RequestId[] ids, FakeJob job, BatchId _) = await SubmittedAsync(2);
        await using PathFixture __ = path;
        path.Vendor.End(job, [FakeVendor.Row(ids[0])], [FakeVendor.NotRun(ids[1], outcome)], status);
        await path.CollectAsync();
        Assert.Equal(RequestState.Succeeded, await path.StateAsync(ids[0]));
        Assert.Equal((RequestState.Queued, outcome), (await path.StateAsync(ids[1]), (await path.ReadAsync(ids[1])).Attempts[0].Outcome));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(408)]
    public async Task Rows_whose_trouble_may_pass_go_back(int status)
    {
        (PathFixture path, RequestId[] ids, FakeJob job, BatchId _) = await SubmittedAsync(1);
        await using PathFixture __ = path;
        path.Vendor.End(job, null, [FakeVendor.Row(ids[0], status, Refused)]);
        await path.CollectAsync();
        Assert.Equal((RequestState.Queued, $"status_{status}"), (await path.StateAsync(ids[0]), (await path.ReadAsync(ids[0])).Attempts[0].Outcome));
    }

    [Fact]
    public async Task Doubled_unreadable_and_foreign_rows_are_counted_and_change_nothing()
    {
        (PathFixture path, RequestId[] ids, FakeJob job, BatchId batch) = await SubmittedAsync(2);
        await using PathFixture _ = path;
        path.Vendor.End(
            job,
            [FakeVendor.Row(ids[0]), FakeVendor.Row(ids[0]), "", "{\"half\":", FakeVendor.Row(new RequestId(Guid.CreateVersion7())), FakeVendor.Row(ids[1], 500, Refused), FakeVendor.Row(ids[1])]);
        await path.CollectAsync();
        Assert.Equal("1 rows doubled, 1 rows unreadable, 1 rows foreign", (await path.BatchAsync(batch)).Note);
        Assert.All(ids, id => Assert.Equal(RequestState.Succeeded, path.StateAsync(id).Result));
        Assert.All(ids, id => Assert.Single(path.ReadAsync(id).Result.Entries));
    }

    [Fact]
    public async Task An_answer_without_usage_is_entered_as_an_estimate()
    {
        (PathFixture path, RequestId[] ids, FakeJob job, BatchId _) = await SubmittedAsync(2);
        await using PathFixture __ = path;
        path.Vendor.End(job, [FakeVendor.Row(ids[0], 200, """{"choices":[]}"""), FakeVendor.Row(ids[1])]);
        await path.CollectAsync();
        LedgerEntry entry = Assert.Single((await path.ReadAsync(ids[0])).Entries);
        Assert.Equal((true, 100L), (entry.Estimated, entry.Usage.Input));
        Assert.NotNull(entry.Cost);
    }

    [Fact]
    public async Task A_crash_between_two_groups_of_results_is_repeated_without_a_change()
    {
        (PathFixture path, RequestId[] ids, FakeJob job, BatchId batch) = await SubmittedAsync(600);
        await using PathFixture _ = path;
        path.Vendor.End(job, ids.Select(id => FakeVendor.Row(id)));
        path.Results.FailAt = 2;
        await path.CollectAsync();
        Assert.Equal(BatchState.Collecting, (await path.BatchAsync(batch)).State);
        Assert.Equal(256, ids.Count(id => path.StateAsync(id).Result == RequestState.Succeeded));
        await path.CollectAsync();
        Assert.Equal(BatchState.Collected, (await path.BatchAsync(batch)).State);
        CostRow first = await TotalAsync(path);
        Assert.Equal((600, 600, 0), (first.Requests, first.Entries, first.Duplicates));

        // And once more from the beginning, as after a crash before the batch was saved.
        path.Table.Set((await path.BatchAsync(batch)) with { State = BatchState.Collecting });
        await path.Collector.RunOnceAsync(CancellationToken.None);
        Assert.Equivalent(first, await TotalAsync(path));
        Assert.All(ids, id => Assert.Equal(RequestState.Succeeded, path.StateAsync(id).Result));
    }

    [Fact]
    public async Task A_row_of_a_request_that_was_rescued_meanwhile_is_a_duplicate_and_its_result_stays()
    {
        (PathFixture path, RequestId[] ids, FakeJob job, BatchId _) = await SubmittedAsync(1);
        await using PathFixture __ = path;
        path.Clock.Advance(TimeSpan.FromHours(20) - TimeSpan.FromMinutes(2));
        await path.RunDueAsync();
        byte[] before = (await path.ReadAsync(ids[0])).Result!.Body.ToArray();
        path.Vendor.End(job, [FakeVendor.Row(ids[0], 200, """{"late":true,"usage":{"prompt_tokens":1000,"completion_tokens":100}}""")]);
        await path.CollectAsync();
        RequestRecord request = await path.ReadAsync(ids[0]);
        Assert.True(request.Rescued);
        Assert.Equal(before, request.Result!.Body.ToArray());
        Assert.Equal([(Lane.Batch, true), (Lane.RealTime, false)], request.Entries.OrderBy(entry => entry.Attempt).Select(entry => (entry.Lane, entry.Duplicate)));
    }

    [Theory]
    [InlineData(false, "row_missing")]
    [InlineData(true, "batch_cancelled")]
    public async Task The_attempt_of_a_request_that_was_rescued_meanwhile_is_over_when_its_batch_brings_no_answer(bool row, string outcome)
    {
        (PathFixture path, RequestId[] ids, FakeJob job, BatchId batch) = await SubmittedAsync(1);
        await using PathFixture _ = path;
        path.Clock.Advance(TimeSpan.FromHours(20) - TimeSpan.FromMinutes(2));
        await path.RunDueAsync();
        path.Vendor.End(job, [], row ? [FakeVendor.NotRun(ids[0], outcome)] : []);
        await path.CollectAsync();
        RequestRecord request = await path.ReadAsync(ids[0]);
        Assert.Equal(RequestState.Succeeded, request.Request.State);
        Assert.Equal([outcome, "succeeded"], request.Attempts.Select(attempt => attempt.Outcome));
        Assert.Null((await path.BatchAsync(batch)).Note);
    }

    [Fact]
    public async Task A_request_being_rescued_is_not_taken_back_by_its_missing_row()
    {
        (PathFixture path, RequestId[] ids, FakeJob job, BatchId _) = await SubmittedAsync(1);
        await using PathFixture __ = path;
        var answer = new TaskCompletionSource<ProviderAnswer>();
        path.Vendor.Answers.Enqueue((_, _) => answer.Task);
        path.Clock.Advance(TimeSpan.FromHours(20) - TimeSpan.FromMinutes(2));
        Task run = path.RunDueAsync();
        while (await path.StateAsync(ids[0]) != RequestState.Running)
        {
            await Task.Yield();
        }

        path.Vendor.End(job, []);
        path.Table.Set(path.Table.Open[0] with { NextPollAt = null });
        await path.Poller.RunOnceAsync(CancellationToken.None);
        await path.Collector.RunOnceAsync(CancellationToken.None);
        Assert.Equal(RequestState.Running, await path.StateAsync(ids[0]));
        answer.SetResult(FakeVendor.Json(FakeVendor.GoodAnswer));
        await run;
        Assert.Equal(RequestState.Succeeded, await path.StateAsync(ids[0]));
    }

    [Fact]
    public async Task A_cancelled_request_gives_way_to_its_paid_result()
    {
        (PathFixture path, RequestId[] ids, FakeJob job, BatchId _) = await SubmittedAsync(2);
        await using PathFixture __ = path;
        foreach (RequestId id in ids)
        {
            await path.Queue.CancelAsync(id, new RequestResult(499, default, "request_cancelled"), CancellationToken.None);
        }

        path.Vendor.End(job, [FakeVendor.Row(ids[0])], [FakeVendor.Row(ids[1], 400, Refused)]);
        await path.CollectAsync();
        Assert.Equal((RequestState.Succeeded, RequestState.Cancelled), (await path.StateAsync(ids[0]), await path.StateAsync(ids[1])));
        Assert.Equal([false], (await path.ReadAsync(ids[0])).Entries.Select(entry => entry.Duplicate));
    }

    [Fact]
    public async Task A_download_that_fails_is_tried_again()
    {
        (PathFixture path, RequestId[] ids, FakeJob job, BatchId _) = await SubmittedAsync(1);
        await using PathFixture __ = path;
        path.Vendor.End(job, [FakeVendor.Row(ids[0])]);
        path.Vendor.OpenFails = new HttpRequestException("scripted");
        await path.CollectAsync();
        Assert.Equal(BatchState.Collecting, path.Table.Open[0].State);
        path.Vendor.OpenFails = null;
        await path.CollectAsync();
        Assert.Equal(RequestState.Succeeded, await path.StateAsync(ids[0]));
    }

    internal static async Task<CostRow> TotalAsync(PathFixture path)
    {
        IReadOnlyList<CostRow> rows = await path.Storage.Ledger.SumAsync(CostDimension.Total, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, CancellationToken.None);
        return rows.SingleOrDefault() ?? new CostRow("total", 0, 0, default, 0, 0, 0, 0);
    }
}
