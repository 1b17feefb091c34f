namespace Leeway.Tests.Storage;

public abstract class BatchStoreConformance : StoreConformance
{
    [Fact]
    public async Task Sealing_takes_queued_members_with_a_new_attempt_and_counts_only_them()
    {
        RequestId first = await AddAsync(NewRequest(TimeSpan.FromHours(3), "abc"));
        RequestId second = await AddAsync(NewRequest(TimeSpan.FromHours(2), "defgh"));
        RequestId running = await AddAsync(NewRequest(TimeSpan.FromMinutes(1)));
        await StartAsync(running);
        BatchRecord batch = NewBatch() with { Requests = 4, Bytes = 99, EstimatedInputTokens = 99 };

        IReadOnlyList<RequestId> taken = await Stores.Batches.SealAsync(batch, [first, running, new RequestId(NextId()), second, first], Token);

        Assert.Equal([first, second], taken);
        Assert.Equal(
            batch with { Requests = 2, Bytes = 8, EstimatedInputTokens = 20, EarliestDeadline = T0.AddHours(2) },
            await Stores.Batches.FindAsync(batch.Id, Token));
        RequestRecord member = await FindAsync(first);
        Assert.Equal((RequestState.Sealed, batch.Id, Lane.Batch), (member.Request.State, member.Request.Batch, member.Lane));
        Assert.Equal([new RequestAttempt(1, Lane.Batch, Group.Deployment, batch.Id, batch.SealedAt, null)], member.Attempts);
        Assert.Null((await FindAsync(running)).Request.Batch);
    }

    [Fact]
    public async Task A_batch_without_members_is_not_written()
    {
        RequestId running = await AddAsync();
        await StartAsync(running);
        BatchRecord batch = NewBatch();

        Assert.Empty(await Stores.Batches.SealAsync(batch, [running], Token));
        Assert.Null(await Stores.Batches.FindAsync(batch.Id, Token));
    }

    [Fact]
    public async Task Of_two_batches_that_seal_one_request_one_gets_it()
    {
        RequestId id = await AddAsync();
        IReadOnlyList<RequestId>[] taken = await Task.WhenAll(
            Stores.Batches.SealAsync(NewBatch(), [id], Token), Stores.Batches.SealAsync(NewBatch(), [id], Token));

        Assert.Single(taken, members => members.Count == 1);
        Assert.Single(await Stores.Batches.LoadOpenAsync(0, Token));
    }

    [Fact]
    public async Task An_update_replaces_every_column_when_the_state_is_as_expected()
    {
        BatchRecord batch = await SealAsync(await AddAsync());
        BatchRecord next = batch with
        {
            State = BatchState.Submitting,
            CreateAttempt = 1,
            IntendedAt = T0.AddMinutes(2),
            InputFile = "file-1",
            ProviderBatch = "batch-1",
            ProviderStatus = ProviderBatchStatus.Validating,
            SubmittedAt = T0.AddMinutes(3),
            NextPollAt = T0.AddMinutes(4),
            QuietPolls = 5,
            Completed = 6,
            Failed = 7,
            OutputFile = "file-2",
            ErrorFile = "file-3",
            CollectedAt = T0.AddMinutes(8),
            FilesDeleted = true,
            Note = "slow",
        };

        Assert.True(await Stores.Batches.UpdateAsync(next, BatchState.Sealed, Token));
        Assert.Equal(next, await Stores.Batches.FindAsync(batch.Id, Token));
        Assert.True(await Stores.Batches.UpdateAsync(batch with { State = BatchState.Submitting }, BatchState.Submitting, Token));
        Assert.Equal(batch with { State = BatchState.Submitting }, await Stores.Batches.FindAsync(batch.Id, Token));
    }

    [Fact]
    public async Task An_update_from_another_state_writes_nothing()
    {
        BatchRecord batch = await SealAsync(await AddAsync());
        Assert.False(await Stores.Batches.UpdateAsync(batch with { State = BatchState.Running }, BatchState.Submitted, Token));
        Assert.False(await Stores.Batches.UpdateAsync(NewBatch() with { State = BatchState.Running }, BatchState.Submitted, Token));
        Assert.Equal(batch, await Stores.Batches.FindAsync(batch.Id, Token));
    }

    [Fact]
    public async Task A_step_outside_the_table_is_refused()
    {
        BatchRecord batch = await SealAsync(await AddAsync());
        await Assert.ThrowsAsync<ArgumentException>(() => Stores.Batches.UpdateAsync(batch with { State = BatchState.Running }, BatchState.Sealed, Token));
        Assert.Equal(batch, await Stores.Batches.FindAsync(batch.Id, Token));
    }

    [Fact]
    public async Task Going_to_submitted_moves_the_sealed_members_and_no_others()
    {
        RequestId stays = await AddAsync();
        RequestId rescued = await AddAsync();
        RequestId cancelled = await AddAsync();
        RequestId resealed = await AddAsync();
        BatchRecord batch = await SealAsync(stays, rescued, cancelled, resealed);
        await StartAsync(rescued);
        await FinishAsync(End(cancelled, RequestState.Cancelled, attempt: 0));
        await Stores.Requests.RequeueAsync([resealed], "x", T0, Token);
        await SealAsync(resealed);

        batch = await MoveAsync(batch, BatchState.Submitting);
        Assert.Equal(RequestState.Sealed, await StateAsync(stays));
        await MoveAsync(batch, BatchState.Submitted);

        Assert.Equal(
            [RequestState.Submitted, RequestState.Running, RequestState.Cancelled, RequestState.Sealed],
            [await StateAsync(stays), await StateAsync(rescued), await StateAsync(cancelled), await StateAsync(resealed)]);
    }

    [Fact]
    public async Task Open_batches_come_oldest_first_and_the_list_newest_first()
    {
        BatchRecord first = await SealAsync(await AddAsync());
        BatchRecord second = await SealAsync(await AddAsync());
        BatchRecord third = await SealAsync(await AddAsync());
        await MoveAsync(second, BatchState.Abandoned);

        Assert.Equal([first.Id, third.Id], (await Stores.Batches.LoadOpenAsync(0, Token)).Select(batch => batch.Id));
        Assert.Equal([third.Id, second.Id], (await Stores.Batches.ListAsync(null, 2, Token)).Select(batch => batch.Id));
        Assert.Equal([first.Id], (await Stores.Batches.ListAsync(second.Id, 2, Token)).Select(batch => batch.Id));
    }

    [Fact]
    public async Task Files_are_due_once_their_batch_was_collected_long_enough_ago()
    {
        BatchRecord due = await CollectedAsync(T0.AddHours(1));
        BatchRecord young = await CollectedAsync(T0.AddHours(2));
        BatchRecord deleted = await CollectedAsync(T0.AddHours(1));
        await Stores.Batches.UpdateAsync(deleted with { FilesDeleted = true }, BatchState.Collected, Token);
        BatchRecord open = await SubmitAsync(await AddAsync());

        Assert.Equal([due.Id], (await Stores.Batches.LoadWithFilesAsync(T0.AddHours(2), Token)).Select(batch => batch.Id));
        Assert.Equal([due.Id, young.Id], (await Stores.Batches.LoadWithFilesAsync(T0.AddHours(3), Token)).Select(batch => batch.Id));
        Assert.NotEqual(open.Id, due.Id);
    }

    [Fact]
    public async Task Open_members_are_read_with_bodies_in_the_order_in_which_they_were_sealed()
    {
        NewRequest late = NewRequest(TimeSpan.FromHours(9), "late");
        NewRequest early = NewRequest(TimeSpan.FromHours(2), "early");
        NewRequest earlyToo = NewRequest(TimeSpan.FromHours(2), "early too");
        NewRequest rescued = NewRequest(body: "rescued");
        NewRequest cancelled = NewRequest(body: "cancelled");
        NewRequest[] all = [late, rescued, earlyToo, early, cancelled];
        foreach (NewRequest request in all)
        {
            await AddAsync(request);
        }

        BatchRecord batch = await SealAsync([.. all.Select(request => request.Id)]);
        await StartAsync(rescued.Id);
        await FinishAsync(End(cancelled.Id, RequestState.Cancelled, attempt: 0));

        Assert.Equal(["late", "early too", "early"], await ReadAsync(batch.Id));
        await MoveAsync(await MoveAsync(batch, BatchState.Submitting), BatchState.Submitted);
        Assert.Equal(["late", "early too", "early"], await ReadAsync(batch.Id));
        Assert.Empty(await ReadAsync(new BatchId(NextId())));
    }

    [Fact]
    public async Task Many_members_are_read_once_each_while_others_write()
    {
        RequestId[] ids = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => AddAsync(NewRequest(body: "body " + i))));
        BatchRecord batch = await SealAsync(ids);
        int read = 0;
        await foreach (BatchMember member in Stores.Batches.ReadMembersAsync(batch.Id, Token))
        {
            Assert.Equal("body " + read, System.Text.Encoding.UTF8.GetString(member.Body.Span));
            Assert.Equal(ids[read++], member.Id);
            if (read % 100 == 0)
            {
                await AddAsync();
            }
        }

        Assert.Equal(1000, read);
    }

    [Fact]
    public async Task Collection_sees_every_member_ever_sealed_with_the_attempt_it_made_there()
    {
        NewRequest stays = NewRequest() with { Caller = "key_a", Priority = Priority.Low };
        await AddAsync(stays);
        RequestId rescued = await AddAsync();
        RequestId given = await AddAsync();
        await StartAsync(given);
        await Stores.Requests.RequeueAsync([given], "rate_limited", T0, Token);
        BatchRecord batch = await SubmitAsync(stays.Id, rescued, given);
        await StartAsync(rescued);
        await FinishAsync(End(rescued, attempt: 2));
        await Stores.Requests.RequeueAsync([given], "row_missing", T0, Token);
        await SealAsync(given);

        Assert.Equal(
            [
                new MemberState(stays.Id, 1, RequestState.Submitted, true, Priority.Low, stays.Deadline, "key_a", Group.Model, null),
                new MemberState(rescued, 1, RequestState.Succeeded, true, Priority.Standard, T0.AddHours(1), "anonymous", Group.Model, null),
                new MemberState(given, 2, RequestState.Sealed, false, Priority.Standard, T0.AddHours(1), "anonymous", Group.Model, "row_missing"),
            ],
            await Stores.Batches.ReadMemberStatesAsync(batch.Id, Token));
    }

    [Fact]
    public async Task A_batch_gives_back_only_members_that_still_count_on_it()
    {
        RequestId waiting = await AddAsync();
        RequestId rescued = await AddAsync();
        RequestId elsewhere = await AddAsync();
        BatchRecord batch = await SubmitAsync(waiting, rescued, elsewhere);
        await StartAsync(rescued);
        await Stores.Requests.RequeueFromBatchAsync(batch.Id, [elsewhere], "row_missing", T0, Token);
        await SealAsync(elsewhere);

        IReadOnlyList<RequestId> moved = await Stores.Requests.RequeueFromBatchAsync(batch.Id, [waiting, rescued, elsewhere], "row_missing", T0, Token);

        Assert.Equal([waiting], moved);
        RequestRecord running = (await Stores.Requests.FindAsync(rescued, Token))!;
        Assert.Equal(RequestState.Running, running.Request.State);
        Assert.Equal(["row_missing", null], running.Attempts.Select(attempt => attempt.Outcome));
        RequestRecord again = (await Stores.Requests.FindAsync(elsewhere, Token))!;
        Assert.Equal(RequestState.Sealed, again.Request.State);
        Assert.Equal(["row_missing", null], again.Attempts.Select(attempt => attempt.Outcome));
    }

    private async Task<BatchRecord> CollectedAsync(DateTimeOffset at)
    {
        BatchRecord batch = await SubmitAsync(await AddAsync());
        batch = await MoveAsync(batch, BatchState.Collecting);
        return await MoveAsync(batch with { CollectedAt = at }, BatchState.Collecting) is { } collecting
            ? await MoveAsync(collecting, BatchState.Collected)
            : throw new InvalidOperationException();
    }

    private async Task<List<string>> ReadAsync(BatchId id)
    {
        var bodies = new List<string>();
        await foreach (BatchMember member in Stores.Batches.ReadMembersAsync(id, Token))
        {
            bodies.Add(System.Text.Encoding.UTF8.GetString(member.Body.Span));
        }

        return bodies;
    }
}
