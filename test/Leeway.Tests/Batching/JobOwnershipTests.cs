namespace Leeway.Tests.Batching;

/// <summary>Lost creates at a vendor whose jobs carry no metadata.</summary>
public sealed class JobOwnershipTests
{
    private static ProviderException Cut => FakeVendor.Fails(ProviderErrorKind.StreamCut);

    private static FakeJob Nameless(FakeJob job, int? requests)
    {
        job.HasMetadata = false;
        job.Requests = requests;
        return job;
    }

    private static void Foreign(PathFixture path, ProviderBatchStatus status, int? requests, string? member = null) =>
        path.Vendor.Jobs.Add(Nameless(new FakeJob($"foreign-{path.Vendor.Jobs.Count}", "", "", path.Clock.GetUtcNow()) { Status = status, MemberId = member }, requests));

    private static async Task LookAgainAsync(PathFixture path)
    {
        path.Clock.Advance(path.Quarantine.Adopt + path.Quarantine.LookEvery);
        await path.SubmitOnceAsync();
        await path.SubmitOnceAsync();
    }

    [Fact]
    public async Task A_running_job_that_may_be_the_batch_s_keeps_it_in_quarantine_and_is_adopted_when_its_rows_tell()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId[] ids = await path.EnqueueManyAsync(2);
        path.Vendor.CreateScript.Enqueue(make => { Nameless(make(), 2); throw Cut; });
        await path.SealAsync();
        await path.SubmitOnceAsync();
        await LookAgainAsync(path);
        Assert.Equal((BatchState.Quarantined, 1), (path.Table.Open[0].State, path.Vendor.Creates));
        Assert.Contains("shows when it ends", path.Table.Open[0].Note, StringComparison.Ordinal);

        FakeJob job = path.Vendor.Jobs[0];
        path.Vendor.End(job, ids.Select(id => FakeVendor.Row(id)));
        job.MemberId = ids[1].ToString();
        await LookAgainAsync(path);
        Assert.Equal((BatchState.Submitted, job.Id, 1), (path.Table.Open[0].State, path.Table.Open[0].ProviderBatch, path.Vendor.Creates));
    }

    [Theory]
    [InlineData(ProviderBatchStatus.InProgress, 3, null)]
    [InlineData(ProviderBatchStatus.Completed, 2, "req_of_another")]
    [InlineData(ProviderBatchStatus.Completed, 2, null)]
    public async Task A_job_that_cannot_be_the_batch_s_does_not_keep_it_from_another_create(ProviderBatchStatus status, int requests, string? member)
    {
        await using PathFixture path = await PathFixture.StartAsync();
        await path.EnqueueManyAsync(2);
        path.Vendor.CreateScript.Enqueue(_ => throw Cut);
        Foreign(path, status, requests, member);
        await path.SealAsync();
        await path.SubmitOnceAsync();
        await LookAgainAsync(path);

        Assert.Equal((BatchState.Submitted, 2), (path.Table.Open[0].State, path.Vendor.Creates));
        Assert.DoesNotContain("foreign", path.Table.Open[0].ProviderBatch, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_an_earlier_batch_of_the_same_request_knows_is_not_adopted_again()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId[] ids = await path.EnqueueManyAsync(1);
        FakeJob first = await path.SubmitAsync();
        path.Vendor.End(first, [], [FakeVendor.NotRun(ids[0], "batch_expired")]);
        await path.CollectAsync();
        Nameless(first, 1).MemberId = ids[0].ToString();
        path.Vendor.CreateScript.Enqueue(_ => throw Cut);
        await path.SealAsync();
        await path.SubmitOnceAsync();

        Assert.Equal(BatchState.Quarantined, path.Table.Open[0].State);
        Assert.Null(path.Table.Open[0].ProviderBatch);
    }

    [Fact]
    public async Task A_twin_is_known_by_its_rows_once_it_has_ended_and_entered_as_duplicates()
    {
        await using PathFixture path = await PathFixture.StartAsync();
        RequestId[] ids = await path.EnqueueManyAsync(2);
        path.Vendor.CreateScript.Enqueue(make => { Nameless(make(), 2).Listed = false; throw Cut; });
        await path.SealAsync();
        await path.SubmitOnceAsync();
        await LookAgainAsync(path);
        (FakeJob twin, FakeJob real) = (path.Vendor.Jobs[0], Nameless(path.Vendor.Jobs[1], 2));
        path.Vendor.End(real, ids.Select(id => FakeVendor.Row(id)));
        await path.CollectAsync();
        path.Vendor.End(twin, ids.Select(id => FakeVendor.Row(id)));
        twin.MemberId = ids[0].ToString();
        twin.Listed = true;
        for (int i = 0; i < 2; i++)
        {
            path.Clock.Advance(path.Quarantine.LookEvery);
            await path.Twins.RunOnceAsync(CancellationToken.None);
        }

        Assert.All(ids, id => Assert.Equal([false, true], path.ReadAsync(id).Result.Entries.Select(entry => entry.Duplicate)));
    }
}
