using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>Requests that can wait, through the vendor's batches: each ends once, with its own answer, paid once.</summary>
public abstract class BatchConformance<TVendor>(VendorGateway<TVendor> bench) : Conformance<TVendor>(bench)
    where TVendor : Vendor, new()
{
    private const int Many = 300;

    [Fact, Trait("Trap", "4"), Trait("Trap", "5"), Trait("Trap", "15")]
    public async Task Shuffled_failing_missing_doubled_and_foreign_rows_and_a_lost_create_leave_every_request_with_its_own_answer()
    {
        const int Failing = 7;
        const int Missing = 5;
        Faults.Set(FaultKind.CreateLost, new FaultSetting { Next = 1 });
        Faults.Set(FaultKind.RowError, new FaultSetting { Next = Failing });
        Faults.Set(FaultKind.RowsDropped, new FaultSetting { Next = Missing });
        Faults.Set(FaultKind.RowsDoubled, new FaultSetting { Next = 6 });
        Faults.Set(FaultKind.RowsForeign, new FaultSetting { Next = 2 });
        Books before = await ReadAsync();

        Answered[] answers = await AskAsync("row", Many);

        Assert.Equal(Many - Failing, answers.Count(answer => answer.Status == 200));
        Assert.Equal(Failing, answers.Count(answer => answer.Status is >= 400 and < 500));
        Assert.All(answers.Where(answer => answer.Status == 200), answer => Assert.StartsWith(answer.Mark, answer.Text, StringComparison.Ordinal));

        // A row that ran and is in no file was paid and lost: the vendor bills it, and its request was answered by another run.
        Books after = await ReadAsync();
        Assert.Equal(Many - Failing, after.Prompts - before.Prompts);
        Assert.Equal(Missing, after.PromptsTwice - before.PromptsTwice);
        Assert.Equal(Many - Failing, after.Entries - before.Entries);
        Assert.Equal(0, after.Duplicates - before.Duplicates);
        Assert.True(after.Cost - before.Cost < after.Billed - before.Billed);
    }

    [Fact, Trait("Trap", "21")]
    public async Task What_a_batch_costs_is_half_or_what_the_vendor_bills_for_it()
    {
        Books before = await ReadAsync();

        Answered[] answers = await AskAsync("cost", Math.Max(Capabilities.MinBatchRequests, 20));

        Assert.All(answers, answer => Assert.Equal((200, "batch"), (answer.Status, answer.Lane)));
        Books after = await ReadAsync();
        Assert.Equal(after.Billed - before.Billed, after.Cost - before.Cost);
        Assert.Equal(answers.Length, after.Entries - before.Entries);
    }

    [Fact, Trait("Trap", "15")]
    public async Task A_create_that_never_arrived_is_made_again_and_paid_once()
    {
        Faults.Set(FaultKind.CreateLostBefore, new FaultSetting { Next = 1 });
        Books before = await ReadAsync();

        Answered[] answers = await AskAsync("again", Math.Max(Capabilities.MinBatchRequests, 10));

        Assert.All(answers, answer => Assert.StartsWith(answer.Mark, answer.Text, StringComparison.Ordinal));
        Books after = await ReadAsync();
        Assert.Equal((answers.Length, 0L), (after.Entries - before.Entries, after.PromptsTwice - before.PromptsTwice));
    }

    [Fact]
    public async Task Messages_and_completions_travel_together_and_come_back_in_their_own_shape()
    {
        int half = Math.Max(Capabilities.MinBatchRequests, 5);
        Task<Answered[]> chats = AskAsync("chat", half);
        HttpResponseMessage[] messages = await Task.WhenAll(Enumerable.Range(0, half).Select(i =>
            PostAsync("/v1/messages", $$"""{"model":"model","max_tokens":100,"messages":[{"role":"user","content":"message {{i}}"}]}""", ("Leeway-Deadline", Vendor.Wait))));

        for (int i = 0; i < half; i++)
        {
            JsonElement message = await OkAsync(messages[i]);
            Assert.StartsWith(Mark(Chat($"message {i}")), message.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        }

        Assert.All(await chats, answer => Assert.StartsWith(answer.Mark, answer.Text, StringComparison.Ordinal));
    }
}
