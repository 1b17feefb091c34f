using Leeway.Batching;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Batching;

public sealed class BatchTableTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Open_batches_stand_oldest_first_whatever_changes_and_who_holds_the_list_keeps_what_it_was_given()
    {
        var table = new BatchTable(TimeProvider.System);
        BatchRecord[] batches = [.. Enumerable.Range(1, 5).Select(Batch)];
        foreach (int i in new[] { 3, 0, 4, 1 })
        {
            table.Set(batches[i]);
        }

        IReadOnlyList<BatchRecord> before = table.Open;
        BatchRecord polled = batches[3] with { NextPollAt = s_now.AddMinutes(1) };
        table.Set(polled);
        table.Set(batches[1] with { State = BatchState.Collected });
        table.Set(batches[2]);

        Assert.Equal([batches[0], batches[1], batches[3], batches[4]], before);
        Assert.Equal([batches[0], batches[2], polled, batches[4]], table.Open);
        table.Replace(batches[1]);
        Assert.Equal([batches[0], batches[2], polled, batches[4]], table.Open);
        Assert.Equal(4, table.PollNow(static _ => true));
        Assert.All(table.Open, batch => Assert.NotNull(batch.NextPollAt));
    }

    [Fact]
    public void A_batch_is_to_be_submitted_until_its_job_is_known_and_to_be_collected_from_the_jobs_end_on()
    {
        var table = new BatchTable(TimeProvider.System);
        BatchRecord later = Batch(2) with { State = BatchState.Sealed };
        table.Set(later);
        BatchRecord batch = Batch(1);
        foreach (BatchState state in new[] { BatchState.Sealed, BatchState.Submitting, BatchState.Quarantined, BatchState.Submitting })
        {
            table.Set(batch = batch with { State = state });
            Assert.Equal([batch, later], table.ToSubmit);
            Assert.Empty(table.ToCollect);
        }

        foreach (BatchState state in new[] { BatchState.Submitted, BatchState.Running, BatchState.Finalizing })
        {
            table.Set(batch = batch with { State = state });
            Assert.Equal([later], table.ToSubmit);
            Assert.Empty(table.ToCollect);
        }

        table.Set(batch = batch with { State = BatchState.Collecting });
        Assert.Equal([batch], table.ToCollect);
        table.Replace(batch = batch with { Note = "cannot be read" });
        Assert.Equal([batch], table.ToCollect);
        table.Set(batch with { State = BatchState.Collected });
        Assert.Equal([later], table.ToSubmit);
        Assert.Empty(table.ToCollect);
        table.Clear();
        Assert.Empty(table.ToSubmit);
    }

    [Fact]
    public void Those_to_be_asked_for_are_at_their_provider_and_due_oldest_first()
    {
        var clock = new FakeTimeProvider(s_now);
        var table = new BatchTable(clock);
        TimeSpan longest = TimeSpan.FromMinutes(30);
        BatchRecord[] batches =
        [
            Batch(1) with { NextPollAt = s_now.AddMinutes(2) },
            Batch(2) with { NextPollAt = s_now.AddMinutes(1) },
            Batch(3),
            Batch(4) with { NextPollAt = s_now.AddHours(7) },
            Batch(5) with { State = BatchState.Sealed },
            Batch(6) with { State = BatchState.Collecting, NextPollAt = s_now.AddSeconds(10) },
        ];
        foreach (BatchRecord batch in batches.Reverse())
        {
            table.Set(batch);
        }

        // No instant, and one that only a wrong clock can have set, count as come.
        Assert.Equal([batches[2], batches[3]], table.ToPoll(longest));
        Assert.Equal(s_now.AddSeconds(10), table.NextPollAt);

        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([batches[1], batches[2], batches[3]], table.ToPoll(longest));

        table.Replace(batches[1] with { NextPollAt = s_now.AddMinutes(5) });
        table.Set(batches[3] with { State = BatchState.Collected });
        table.Set(batches[5] with { State = BatchState.Collected });
        Assert.Equal([batches[2]], table.ToPoll(longest));
        Assert.Equal(s_now.AddMinutes(2), table.NextPollAt);

        foreach (BatchRecord batch in batches)
        {
            table.PollNow(batch.Id);
        }

        // What is sealed only, or has ended, is not at a provider.
        Assert.Equal([batches[0].Id, batches[1].Id, batches[2].Id], table.ToPoll(longest).Select(static batch => batch.Id));

        table.Clear();
        Assert.Empty(table.ToPoll(longest));
        Assert.Null(table.NextPollAt);
    }

    private static BatchRecord Batch(int number) => new()
    {
        Id = new BatchId(new Guid(number, 0, 0, new byte[8])),
        State = BatchState.Submitted,
        Group = new GroupKey("openai/gpt-4o-mini", PathFixture.Chat, "gpt-4o-mini"),
        Priority = Priority.Standard,
        SealReason = "age",
        SealedAt = s_now,
        EarliestDeadline = s_now.AddHours(1),
        Requests = 1,
        Bytes = 1,
        EstimatedInputTokens = 1,
    };
}
