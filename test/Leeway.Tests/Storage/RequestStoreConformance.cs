using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Storage;

public abstract class RequestStoreConformance : StoreConformance
{
    [Fact]
    public async Task A_request_is_read_back_as_it_was_added()
    {
        NewRequest request = NewRequest() with
        {
            PinnedLane = Lane.Flex,
            Reserved = 0.00045m,
            Caller = "key_a",
            CustomId = "line-1",
            Run = new RunId(NextId()),
            MetadataJson = """{"a":1}""",
            AttachKey = [1, 2],
            BodyHash = [3, 4],
            Webhook = new WebhookId(NextId()),
            MaxCost = 0.01m,
        };
        Assert.Equal(request.Id, await AddAsync(request));

        RequestRecord found = await FindAsync(request.Id);
        Assert.Equal(new QueuedRequest
        {
            Id = request.Id,
            State = RequestState.Queued,
            Priority = request.Priority,
            Group = Group,
            AcceptedAt = request.AcceptedAt,
            Deadline = request.Deadline,
            PinnedLane = Lane.Flex,
            BodyBytes = 2,
            EstimatedInputTokens = 10,
            Caller = "key_a",
            Reserved = 0.00045m,
            Run = request.Run,
        }, found.Request);
        Assert.Equal(("line-1", request.MetadataJson, request.Webhook), (found.CustomId, found.MetadataJson, found.Webhook));
        Assert.Equal(request.BodyHash, found.BodyHash);
        Assert.Equal((Lane.Flex, false, null, null), (found.Lane, found.Rescued, found.FinishedAt, found.Result));
        Assert.Empty(found.Attempts);
        Assert.Empty(found.Entries);
    }

    [Fact]
    public async Task A_body_is_read_back_byte_by_byte_even_when_it_is_empty_or_a_part_of_an_array()
    {
        byte[] whole = [0, 1, 0, 255, 7];
        NewRequest part = NewRequest() with { Body = whole.AsMemory(1, 3) };
        NewRequest none = NewRequest() with { Body = ReadOnlyMemory<byte>.Empty };
        await AddAsync(part);
        await AddAsync(none);

        Assert.Equal([1, 0, 255], (await Stores.Requests.ReadBodyAsync(part.Id, Token))!.Value.ToArray());
        Assert.Equal(0, (await Stores.Requests.ReadBodyAsync(none.Id, Token))!.Value.Length);
        Assert.Null(await Stores.Requests.ReadBodyAsync(new RequestId(NextId()), Token));
    }

    [Fact]
    public async Task A_line_that_its_run_sends_again_is_the_earlier_request()
    {
        var run = new RunId(NextId());
        NewRequest first = NewRequest() with { Run = run, CustomId = "a" };
        NewRequest again = NewRequest(body: "other") with { Run = run, CustomId = "a" };
        NewRequest elsewhere = NewRequest() with { Run = new RunId(NextId()), CustomId = "a" };
        NewRequest without = NewRequest() with { CustomId = "a" };
        NewRequest withoutToo = NewRequest() with { CustomId = "a" };

        Assert.Equal(first.Id, await AddAsync(first));
        Assert.Equal(first.Id, await AddAsync(again));
        Assert.Null(await Stores.Requests.FindAsync(again.Id, Token));
        foreach (NewRequest other in new[] { elsewhere, without, withoutToo })
        {
            Assert.Equal(other.Id, await AddAsync(other));
        }
    }

    [Fact]
    public async Task Many_callers_of_one_run_line_get_one_request()
    {
        var run = new RunId(NextId());
        RequestId[] ids = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => AddAsync(NewRequest() with { Run = run, CustomId = "a" })));

        Assert.Single(ids.Distinct());
        Assert.Single(await OpenRequestsAsync());
    }

    [Fact]
    public async Task A_request_that_cannot_be_added_fails_alone()
    {
        NewRequest first = NewRequest();
        await AddAsync(first);
        List<Task<RequestId>> adds = [.. Enumerable.Range(0, 100).Select(i => AddAsync(i == 50 ? first : NewRequest() with { Caller = "key_" + i }))];

        await Assert.ThrowsAnyAsync<Exception>(() => adds[50]);
        adds.RemoveAt(50);
        await Task.WhenAll(adds);
        List<QueuedRequest> open = await OpenRequestsAsync();
        Assert.Equal(100, open.Count);
        Assert.Equal(100, open.Select(request => request.Caller).Distinct().Count());
    }

    [Fact]
    public async Task Five_hundred_callers_at_once_are_all_stored()
    {
        RequestId[] ids = await Task.WhenAll(Enumerable.Range(0, 512).Select(i => Task.Run(() => AddAsync(NewRequest(body: $"{{\"n\":{i}}}")))));

        Assert.Equal(ids.Order(), (await OpenRequestsAsync()).Select(request => request.Id));
        for (int i = 0; i < ids.Length; i++)
        {
            Assert.Equal($"{{\"n\":{i}}}", System.Text.Encoding.UTF8.GetString((await Stores.Requests.ReadBodyAsync(ids[i], Token))!.Value.Span));
        }
    }

    [Fact]
    public async Task Open_requests_are_loaded_in_order_of_id_and_ended_ones_are_not()
    {
        NewRequest[] requests = [NewRequest(), NewRequest(), NewRequest(), NewRequest(), NewRequest()];
        foreach (NewRequest request in requests.Reverse())
        {
            await AddAsync(request);
        }

        await StartAsync(requests[0].Id);
        await FinishAsync(End(requests[0].Id));
        await StartAsync(requests[1].Id);
        BatchRecord submitted = await SubmitAsync(requests[2].Id);
        BatchRecord sealedBatch = await SealAsync(requests[3].Id);

        List<QueuedRequest> open = await OpenRequestsAsync();
        Assert.Equal(requests.Skip(1).Select(request => request.Id), open.Select(request => request.Id));
        Assert.Equal([RequestState.Running, RequestState.Submitted, RequestState.Sealed, RequestState.Queued], open.Select(request => request.State));
        Assert.Equal([null, submitted.Id, sealedBatch.Id, null], open.Select(request => request.Batch));
        Assert.Equal([1, 1, 1, 0], open.Select(request => request.Attempts));
    }

    [Fact]
    public async Task More_open_requests_than_a_page_are_loaded_once_each()
    {
        RequestId[] ids = await Task.WhenAll(Enumerable.Range(0, 8200).Select(_ => AddAsync()));
        Assert.Equal(ids.Order(), (await OpenRequestsAsync()).Select(request => request.Id));
    }

    [Fact]
    public async Task An_attach_key_finds_its_newest_request_that_is_young_enough()
    {
        byte[] key = [9, 9, 9];
        NewRequest old = NewRequest() with { AttachKey = key, BodyHash = [1] };
        NewRequest young = NewRequest() with { AttachKey = key, BodyHash = [1], AcceptedAt = T0.AddMinutes(10) };
        await AddAsync(young);
        await AddAsync(old);
        await AddAsync(NewRequest() with { AttachKey = [1], BodyHash = [1], AcceptedAt = T0.AddMinutes(20) });

        Assert.Equal(young.Id, (await Stores.Requests.FindByAttachKeyAsync(key, T0, Token))?.Request.Id);
        Assert.Equal(young.Id, (await Stores.Requests.FindByAttachKeyAsync(key, T0.AddMinutes(10), Token))?.Request.Id);
        Assert.Null(await Stores.Requests.FindByAttachKeyAsync(key, T0.AddMinutes(11), Token));
        Assert.Null(await Stores.Requests.FindByAttachKeyAsync([8], T0, Token));
    }

    [Fact]
    public async Task An_attach_key_of_a_body_is_found_by_its_request_alone()
    {
        byte[] key = [9, 9, 9];
        NewRequest request = NewRequest() with { AttachKey = key };
        await AddAsync(request);

        Assert.Null(await Stores.Requests.FindByAttachKeyAsync(key, T0, Token));
        Assert.Equal(request.Id, (await Stores.Requests.FindAttachedAsync(request.Id, key, Token))?.Request.Id);
        Assert.Null(await Stores.Requests.FindAttachedAsync(request.Id, [9, 9], Token));
        Assert.Null(await Stores.Requests.FindAttachedAsync(new RequestId(NextId()), key, Token));
    }

    [Fact]
    public async Task The_attach_keys_of_requests_since_an_instant_are_loaded()
    {
        var clock = new FakeTimeProvider(T0);
        var ids = new IdSource(clock, new SeededRandomSource(1));
        for (byte minute = 0; minute < 4; minute++)
        {
            await AddAsync(NewRequest() with { Id = new RequestId(ids.Next()), AttachKey = [minute] });
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        await AddAsync(NewRequest() with { Id = new RequestId(ids.Next()) });
        var found = new List<byte>();
        await foreach ((RequestId _, byte[] key) in Stores.Requests.LoadAttachKeysAsync(T0.AddMinutes(2), Token))
        {
            found.AddRange(key);
        }

        Assert.Equal([2, 3], found);
    }

    [Fact]
    public async Task Starting_makes_a_numbered_attempt_and_marks_members_of_batches_rescued()
    {
        RequestId queued = await AddAsync();
        RequestId member = await AddAsync();
        RequestId atProvider = await AddAsync();
        BatchRecord sealedBatch = await SealAsync(member);
        BatchRecord submitted = await SubmitAsync(atProvider);

        Assert.Equal(1, await Stores.Requests.StartAsync(queued, Lane.Flex, "azure/gpt-4o", T0.AddMinutes(2), Token));
        Assert.Equal(2, await StartAsync(member));
        Assert.Equal(2, await StartAsync(atProvider));

        RequestRecord started = await FindAsync(queued);
        Assert.Equal((RequestState.Running, Lane.Flex, false), (started.Request.State, started.Lane, started.Rescued));
        Assert.Equal([new RequestAttempt(1, Lane.Flex, "azure/gpt-4o", null, T0.AddMinutes(2), null)], started.Attempts);
        foreach ((RequestId id, BatchRecord batch) in new[] { (member, sealedBatch), (atProvider, submitted) })
        {
            RequestRecord rescued = await FindAsync(id);
            Assert.Equal((RequestState.Running, true, batch.Id), (rescued.Request.State, rescued.Rescued, rescued.Request.Batch));
            Assert.Equal([batch.Id, null], rescued.Attempts.Select(attempt => attempt.Batch));
        }
    }

    [Fact]
    public async Task A_running_ended_or_unknown_request_is_not_started()
    {
        RequestId id = await AddAsync();
        await StartAsync(id);
        Assert.Null(await StartAsync(id));
        Assert.Single((await FindAsync(id)).Attempts);

        await FinishAsync(End(id, RequestState.Cancelled, attempt: 0));
        Assert.Null(await StartAsync(id));
        Assert.Null(await StartAsync(new RequestId(NextId())));
        Assert.Equal(RequestState.Cancelled, await StateAsync(id));
    }

    [Fact]
    public async Task Of_two_racers_for_one_request_one_starts_it()
    {
        for (int i = 0; i < 50; i++)
        {
            RequestId id = await AddAsync();
            int?[] numbers = await Task.WhenAll(Task.Run(() => StartAsync(id)), Task.Run(() => StartAsync(id)));
            Assert.Single(numbers, number => number == 1);
            Assert.Single(numbers, number => number is null);
        }
    }

    [Fact]
    public async Task Requeueing_gives_back_members_and_running_requests_and_leaves_others_alone()
    {
        RequestId queued = await AddAsync();
        RequestId running = await AddAsync();
        RequestId member = await AddAsync();
        RequestId atProvider = await AddAsync();
        RequestId ended = await AddAsync();
        await StartAsync(running);
        await SealAsync(member);
        await SubmitAsync(atProvider);
        await FinishAsync(End(ended, RequestState.Failed, attempt: 0));

        IReadOnlyList<RequestId> moved = await Stores.Requests.RequeueAsync(
            [queued, running, member, atProvider, ended, new RequestId(NextId())], "row_missing", T0.AddMinutes(9), Token);

        Assert.Equal([running, member, atProvider], moved);
        foreach (RequestId id in moved)
        {
            RequestRecord found = await FindAsync(id);
            Assert.Equal((RequestState.Queued, null, 1), (found.Request.State, found.Request.Batch, found.Request.Attempts));
            Assert.Equal("row_missing", Assert.Single(found.Attempts).Outcome);
        }

        Assert.Empty((await FindAsync(queued)).Attempts);
        Assert.Equal(RequestState.Failed, await StateAsync(ended));
        Assert.Equal(2, await StartAsync(running));
    }

    [Fact]
    public async Task Requeueing_a_rescued_request_leaves_the_attempt_of_its_batch_open()
    {
        RequestId id = await AddAsync();
        BatchRecord batch = await SubmitAsync(id);
        await StartAsync(id);
        await Stores.Requests.RequeueAsync([id], "rate_limited", T0, Token);

        Assert.Equal([null, "rate_limited"], (await FindAsync(id)).Attempts.Select(attempt => attempt.Outcome));
        MemberState state = Assert.Single(await Stores.Batches.ReadMemberStatesAsync(batch.Id, Token));
        Assert.Equal((false, null, 1), (state.InBatch, state.AttemptOutcome, state.Attempt));
    }

    [Fact]
    public async Task A_try_that_came_to_nothing_gives_a_request_back_to_its_batch()
    {
        RequestId id = await AddAsync();
        BatchRecord batch = await SendAsync(await SealAsync(id));
        int attempt = await StartFlexAsync(id, T0.AddHours(1));
        Assert.True(await Stores.Requests.ReturnToBatchAsync(id, attempt, batch.Id, "flex_refused", T0, Token));

        RequestRecord found = await FindAsync(id);
        Assert.Equal((RequestState.Submitted, batch.Id, false, Lane.Batch, 1), (found.Request.State, found.Request.Batch, found.Rescued, found.Lane, found.Request.FlexRefusals));
        Assert.Equal([null, "flex_refused"], found.Attempts.Select(one => one.Outcome));
        MemberState state = Assert.Single(await Stores.Batches.ReadMemberStatesAsync(batch.Id, Token));
        Assert.Equal((true, null, 1), (state.InBatch, state.AttemptOutcome, state.Attempt));

        // Once only, and the batch's own attempt is what a failed batch closes then.
        Assert.False(await Stores.Requests.ReturnToBatchAsync(id, attempt, batch.Id, "flex_refused", T0, Token));
        Assert.Equal([id], await Stores.Requests.RequeueFromBatchAsync(batch.Id, [id], "row_missing", T0, Token));
        Assert.Equal(["row_missing", "flex_refused"], (await FindAsync(id)).Attempts.Select(one => one.Outcome));
    }

    [Fact]
    public async Task A_request_whose_row_was_not_sent_with_its_batch_or_that_has_ended_is_not_given_back_to_it()
    {
        RequestId early = await AddAsync();
        RequestId ended = await AddAsync();
        RequestId over = await AddAsync();
        BatchRecord first = await SealAsync(early);
        int before = await StartFlexAsync(early, T0);
        BatchRecord sent = await SendAsync(first);
        BatchRecord second = await SendAsync(await SealAsync(ended));
        int answered = await StartFlexAsync(ended, T0.AddHours(1));
        await FinishAsync(End(ended, RequestState.Succeeded, attempt: 1));
        BatchRecord third = await SendAsync(await SealAsync(over));
        int late = await StartFlexAsync(over, T0.AddHours(1));
        await MoveAsync(third, BatchState.Collecting);

        Assert.False(await Stores.Requests.ReturnToBatchAsync(early, before, sent.Id, "x", T0, Token));
        Assert.False(await Stores.Requests.ReturnToBatchAsync(ended, answered, second.Id, "x", T0, Token));
        Assert.False(await Stores.Requests.ReturnToBatchAsync(over, late, third.Id, "x", T0, Token));
        Assert.Equal((RequestState.Running, RequestState.Succeeded, RequestState.Running), (await StateAsync(early), await StateAsync(ended), await StateAsync(over)));
    }

    private async Task<BatchRecord> SendAsync(BatchRecord batch)
    {
        await MoveAsync(batch, BatchState.Submitting);
        BatchRecord sent = batch with { State = BatchState.Submitted, SubmittedAt = T0.AddMinutes(2) };
        Assert.True(await Stores.Batches.UpdateAsync(sent, BatchState.Submitting, Token));
        return sent;
    }

    private async Task<int> StartFlexAsync(RequestId id, DateTimeOffset at) =>
        await Stores.Requests.StartAsync(id, Lane.Flex, "openai/gpt-4o", at, Token) ?? throw new InvalidOperationException($"{id} did not start");

    [Fact]
    public async Task Deleting_takes_old_ends_with_all_they_have_and_leaves_the_money()
    {
        var run = new RunId(NextId());
        NewRequest request = NewRequest() with { Run = run, CustomId = "a", AttachKey = [5], BodyHash = [6] };
        await AddAsync(request);
        RequestId young = await AddAsync();
        RequestId open = await AddAsync();
        BatchRecord batch = await SubmitAsync(request.Id);
        await FinishAsync(End(request.Id, entry: Entry(request.Id)));
        await FinishAsync(End(young, attempt: 0) with { At = T0.AddMinutes(6) });

        Assert.Equal(0, await Stores.Requests.DeleteEndedAsync(T0.AddMinutes(5), Token));
        Assert.Equal(1, await Stores.Requests.DeleteEndedAsync(T0.AddMinutes(6), Token));

        Assert.Null(await Stores.Requests.FindAsync(request.Id, Token));
        Assert.Null(await Stores.Requests.ReadBodyAsync(request.Id, Token));
        Assert.Null(await Stores.Requests.FindByAttachKeyAsync([5], T0, Token));
        Assert.Empty(await Stores.Batches.ReadMemberStatesAsync(batch.Id, Token));
        Assert.Equal(0.5m, Assert.Single(await Stores.Ledger.SumAsync(CostDimension.Total, T0, T0.AddDays(1), Token)).Cost);
        Assert.NotNull((await FindAsync(young)).Result);
        Assert.NotNull(await Stores.Requests.ReadBodyAsync(young, Token));
        Assert.Equal(RequestState.Queued, await StateAsync(open));

        NewRequest again = NewRequest() with { Run = run, CustomId = "a" };
        Assert.Equal(again.Id, await AddAsync(again));
    }

    [Fact]
    public async Task Deleting_takes_a_thousand_at_a_time()
    {
        RequestId[] ids = await Task.WhenAll(Enumerable.Range(0, 1003).Select(_ => AddAsync()));
        await Stores.Results.FinishAsync([.. ids.Select(id => End(id, attempt: 0))], Token);

        Assert.Equal(1000, await Stores.Requests.DeleteEndedAsync(T0.AddDays(1), Token));
        Assert.Equal(3, await Stores.Requests.DeleteEndedAsync(T0.AddDays(1), Token));
        Assert.Equal(0, await Stores.Requests.DeleteEndedAsync(T0.AddDays(1), Token));
    }

    [Fact]
    public async Task A_cancelled_token_stops_a_write_before_it_begins()
    {
        NewRequest request = NewRequest();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Stores.Requests.AddAsync(request, new CancellationToken(canceled: true)));
        Assert.Null(await Stores.Requests.FindAsync(request.Id, Token));
    }
}
