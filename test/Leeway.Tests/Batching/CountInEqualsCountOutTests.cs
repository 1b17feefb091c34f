using CsCheck;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Tests.Batching;

/// <summary>Whatever a provider does to its rows, every accepted request ends once and the ledger says what the provider billed.</summary>
public sealed class CountInEqualsCountOutTests
{
    private static readonly Gen<(int Requests, int[] Faults)> s_gen = Gen.Select(Gen.Int[1, 40], Gen.Int[0, 5].Array[6]);

    private static readonly FaultKind[] s_kinds =
        [FaultKind.RowsDropped, FaultKind.RowsDoubled, FaultKind.RowsCorrupted, FaultKind.RowsForeign, FaultKind.RowError, FaultKind.Expire];

    [Fact]
    public Task Every_accepted_request_ends_exactly_once_and_the_ledger_is_the_bill_of_every_row_that_could_be_read() =>
        s_gen.SampleAsync(RunAsync, iter: 25, threads: 1);

    private static async Task RunAsync((int Requests, int[] Faults) sample)
    {
        await using PathFixture path = await PathFixture.StartAsync(sandbox: new SandboxOptions { Law = "instant", RealTimeLatency = TimeSpan.Zero });
        for (int i = 0; i < s_kinds.Length; i++)
        {
            path.Sandbox!.Faults.Next(s_kinds[i], s_kinds[i] == FaultKind.Expire ? sample.Faults[i] / 4 : sample.Faults[i]);
        }

        var ended = new Dictionary<RequestId, int>();
        path.Get<Leeway.Results.ResultRecorder>().Ended += end => ended[end.Id] = ended.GetValueOrDefault(end.Id) + 1;
        RequestId[] ids = await path.EnqueueManyAsync(sample.Requests, deadline: TimeSpan.FromHours(20));
        for (int round = 0; round < 12 && path.Index.Count > 0; round++)
        {
            path.Index.SealAll();
            await path.Former.RunOnceAsync(CancellationToken.None);
            await path.SubmitOnceAsync();
            await path.CollectAsync();
            await path.RunDueAsync();
        }

        Assert.Equal((0, 0), (path.Index.Count, path.Table.Open.Count));
        SandboxLedgerSnapshot bill = await path.Sandbox!.ReadLedgerAsync();
        decimal entered = 0;
        foreach (RequestId id in ids)
        {
            RequestRecord request = await path.ReadAsync(id);
            Assert.Equal(1, ended[id]);
            Assert.Contains(request.Request.State, new[] { RequestState.Succeeded, RequestState.Failed });
            Assert.NotNull(request.Result);
            Assert.Equal(request.Request.State == RequestState.Succeeded ? 1 : 0, request.Entries.Count);
            Assert.All(request.Attempts, attempt => Assert.NotNull(attempt.Outcome));
            entered += request.Entries.Sum(entry => entry.Cost!.Value);
        }

        // Rows dropped or corrupted were billed, and nobody can read for how much: one per attempt that ended without a row.
        int lost = 0;
        foreach (RequestId id in ids)
        {
            lost += (await path.ReadAsync(id)).Attempts.Count(attempt => attempt.Outcome == "row_missing");
        }

        long billed = bill.RealTime.Billed + bill.Batch.Billed;
        Assert.Equal(billed - lost, ids.Sum(id => path.ReadAsync(id).Result.Entries.Count));
        Assert.True(lost > 0 ? entered < bill.BilledUsd : entered == bill.BilledUsd, $"entered {entered}, billed {bill.BilledUsd}, lost {lost}");
    }
}
