namespace Leeway.Tests.Storage;

public abstract class ResultStoreConformance : StoreConformance
{
    [Fact]
    public async Task An_end_is_recorded_with_result_state_outcome_and_money()
    {
        RequestId id = await AddAsync();
        await StartAsync(id);
        LedgerEntry entry = Entry(id) with { Estimated = true };
        FinishedRequest end = End(id, entry: entry) with { Lane = Lane.Flex };

        Assert.Equal(FinishOutcome.Recorded, await FinishAsync(end));

        RequestRecord found = await FindAsync(id);
        Assert.Equal((RequestState.Succeeded, Lane.Flex, end.At), (found.Request.State, found.Lane, found.FinishedAt));
        Assert.Equal((200, null), (found.Result!.StatusCode, found.Result.ErrorCode));
        Assert.Equal(end.Result.Body.Span, found.Result.Body.Span);
        Assert.Equal("succeeded", Assert.Single(found.Attempts).Outcome);
        Assert.Equal(entry, Assert.Single(found.Entries));
        Assert.NotNull(await Stores.Requests.ReadBodyAsync(id, Token));
    }

    [Theory]
    [InlineData(RequestState.Queued)]
    [InlineData(RequestState.Sealed)]
    [InlineData(RequestState.Submitted)]
    [InlineData(RequestState.Running)]
    public async Task Every_open_request_can_end_in_every_way(RequestState from)
    {
        foreach (RequestState to in new[] { RequestState.Succeeded, RequestState.Failed, RequestState.Expired, RequestState.Cancelled })
        {
            RequestId id = await InAsync(from);
            Assert.Equal(FinishOutcome.Recorded, await FinishAsync(End(id, to, attempt: 0)));
            Assert.Equal(to, await StateAsync(id));
        }
    }

    [Theory]
    [InlineData(RequestState.Succeeded)]
    [InlineData(RequestState.Failed)]
    public async Task Succeeded_and_failed_are_final(RequestState final)
    {
        foreach (RequestState to in new[] { RequestState.Succeeded, RequestState.Failed, RequestState.Expired, RequestState.Cancelled })
        {
            RequestId id = await InAsync(RequestState.Running);
            await FinishAsync(End(id, final));
            RequestRecord before = await FindAsync(id);

            Assert.Equal(FinishOutcome.AlreadyEnded, await FinishAsync(End(id, to, attempt: 0) with { At = T0.AddHours(9), Lane = Lane.Cache }));
            RequestRecord after = await FindAsync(id);
            Assert.Equal((final, before.FinishedAt, before.Lane), (after.Request.State, after.FinishedAt, after.Lane));
            Assert.Equal(before.Result!.StatusCode, after.Result!.StatusCode);
        }
    }

    [Theory]
    [InlineData(RequestState.Cancelled)]
    [InlineData(RequestState.Expired)]
    public async Task Soft_ends_give_way_to_succeeded_and_to_nothing_else(RequestState soft)
    {
        RequestId id = await InAsync(RequestState.Submitted);
        await FinishAsync(End(id, soft, attempt: 0));
        foreach (RequestState to in new[] { RequestState.Failed, RequestState.Cancelled, RequestState.Expired })
        {
            Assert.Equal(FinishOutcome.AlreadyEnded, await FinishAsync(End(id, to, attempt: 0)));
            Assert.Equal(soft, await StateAsync(id));
        }

        Assert.Equal(FinishOutcome.Recorded, await FinishAsync(End(id, entry: Entry(id)) with { At = T0.AddHours(2) }));
        RequestRecord found = await FindAsync(id);
        Assert.Equal((RequestState.Succeeded, T0.AddHours(2), 200), (found.Request.State, found.FinishedAt, found.Result!.StatusCode));
        Assert.False(Assert.Single(found.Entries).Duplicate);
        Assert.Equal("succeeded", Assert.Single(found.Attempts).Outcome);
    }

    [Fact]
    public async Task Repeating_a_call_changes_nothing()
    {
        RequestId id = await AddAsync(NewRequest() with { Webhook = new WebhookId(NextId()) });
        await StartAsync(id);
        FinishedRequest end = End(id, entry: Entry(id));
        await FinishAsync(end);

        Assert.Equal(FinishOutcome.Repeated, await FinishAsync(end));
        Assert.Equal(FinishOutcome.Repeated, await FinishAsync(end with { Delivery = new DeliveryId(NextId()) }));
        RequestRecord found = await FindAsync(id);
        Assert.Equal(end.Entry, Assert.Single(found.Entries));
        Assert.Equal("succeeded", Assert.Single(found.Attempts).Outcome);
        Assert.Single(await Stores.Deliveries.ListDeliveriesAsync(null, null, null, 10, Token));
    }

    [Fact]
    public async Task A_late_paid_row_beside_a_rescue_is_entered_once_as_a_duplicate()
    {
        RequestId id = await AddAsync();
        BatchRecord batch = await SubmitAsync(id);
        await StartAsync(id);
        await FinishAsync(End(id, attempt: 2, entry: Entry(id, 2)));
        FinishedRequest late = End(id, attempt: 1, entry: Entry(id, 1));

        Assert.Equal(FinishOutcome.AlreadyEnded, await FinishAsync(late));
        Assert.Equal(FinishOutcome.Repeated, await FinishAsync(late));
        Assert.Equal([(1, true), (2, false)], (await FindAsync(id)).Entries.Select(entry => (entry.Attempt, entry.Duplicate)));
        Assert.Equal("succeeded", Assert.Single(await Stores.Batches.ReadMemberStatesAsync(batch.Id, Token)).AttemptOutcome);
    }

    [Fact]
    public async Task A_late_row_of_an_unknown_request_writes_nothing()
    {
        var id = new RequestId(NextId());
        Assert.Equal(FinishOutcome.Unknown, await FinishAsync(End(id, entry: Entry(id))));
        Assert.Empty(await Stores.Ledger.SumAsync(CostDimension.Total, T0, T0.AddDays(1), Token));
    }

    [Fact]
    public async Task The_first_outcome_of_an_attempt_stands_when_the_request_has_ended()
    {
        RequestId id = await AddAsync();
        await SubmitAsync(id);
        await Stores.Requests.RequeueAsync([id], "row_missing", T0, Token);
        await StartAsync(id);
        await FinishAsync(End(id, attempt: 2));
        await FinishAsync(End(id, RequestState.Failed, attempt: 1));

        Assert.Equal(["row_missing", "succeeded"], (await FindAsync(id)).Attempts.Select(attempt => attempt.Outcome));
    }

    [Fact]
    public async Task Ends_of_one_call_are_recorded_together_and_answered_in_order()
    {
        RequestId first = await AddAsync();
        RequestId second = await AddAsync();
        IReadOnlyList<FinishOutcome> outcomes = await Stores.Results.FinishAsync(
            [End(first, attempt: 0), End(new RequestId(NextId())), End(first, attempt: 0), End(second, RequestState.Failed, attempt: 0)], Token);

        Assert.Equal([FinishOutcome.Recorded, FinishOutcome.Unknown, FinishOutcome.AlreadyEnded, FinishOutcome.Recorded], outcomes);
        Assert.Empty(await Stores.Results.FinishAsync([], Token));
    }

    [Fact]
    public async Task A_call_that_fails_in_its_middle_records_none_of_its_ends()
    {
        RequestId first = await AddAsync(NewRequest() with { Webhook = new WebhookId(NextId()) });
        RequestId second = await AddAsync(NewRequest() with { Webhook = new WebhookId(NextId()) });
        FinishedRequest end = End(first, attempt: 0, entry: Entry(first));

        // Two deliveries cannot have one id.
        await Assert.ThrowsAnyAsync<Exception>(() =>
            Stores.Results.FinishAsync([end, End(second, attempt: 0) with { Delivery = end.Delivery }], Token));
        Assert.Equal(RequestState.Queued, await StateAsync(first));
        Assert.Empty((await FindAsync(first)).Entries);
        Assert.Equal(FinishOutcome.Recorded, await FinishAsync(end));
    }

    [Fact]
    public async Task Of_many_callers_who_end_the_same_requests_at_once_one_ends_each_and_every_bill_is_entered()
    {
        const int Callers = 8;
        RequestId[] ids = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => AddAsync()));
        foreach (RequestId id in ids)
        {
            await StartAsync(id);
        }

        // One of them knows none of the requests, and one fails: two deliveries cannot have one id.
        RequestId[] told = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => AddAsync(NewRequest() with { Webhook = new WebhookId(NextId()) })));
        var delivery = new DeliveryId(NextId());
        FinishedRequest unknown = End(new RequestId(NextId()));
        Task<FinishOutcome[]>[] calls =
        [
            .. Enumerable.Range(1, Callers).Select(async caller => (await Stores.Results.FinishAsync(
                [.. (caller % 2 == 0 ? ids : ids.Reverse()).Select(id => End(id, entry: Entry(id) with { Attempt = caller }) with { Lane = (Lane)(1 + (caller % 2)) })], Token)).ToArray()),
            .. new[] { Stores.Results.FinishAsync([unknown], Token) }.Select(async call => (await call).ToArray()),
        ];
        Task failing = Stores.Results.FinishAsync([.. told.Select(id => End(id, attempt: 0) with { Delivery = delivery })], Token);

        await Assert.ThrowsAnyAsync<Exception>(() => failing);
        FinishOutcome[][] outcomes = await Task.WhenAll(calls);
        Assert.Equal(RequestState.Queued, await StateAsync(told[0]));
        Assert.Equal([FinishOutcome.Unknown], outcomes[^1]);
        for (int i = 0; i < ids.Length; i++)
        {
            FinishOutcome[] ofOne = [.. outcomes[..Callers].Select((outcome, call) => outcome[(call + 1) % 2 == 0 ? i : ids.Length - 1 - i])];
            int winner = 1 + Array.IndexOf(ofOne, FinishOutcome.Recorded);
            Assert.Equal(Callers - 1, ofOne.Count(static outcome => outcome == FinishOutcome.AlreadyEnded));

            RequestRecord found = await FindAsync(ids[i]);
            Assert.Equal((Lane)(1 + (winner % 2)), found.Lane);
            Assert.Equal(winner, Assert.Single(found.Entries, static entry => !entry.Duplicate).Attempt);
            Assert.Equal(Callers, found.Entries.Count);
        }
    }

    [Fact]
    public async Task A_state_that_is_no_end_is_refused()
    {
        RequestId id = await AddAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => FinishAsync(End(id, RequestState.Running)));
        Assert.Equal(RequestState.Queued, await StateAsync(id));
    }

    [Fact]
    public async Task A_delivery_is_written_with_the_end_of_a_request_that_has_a_webhook()
    {
        var webhook = new WebhookId(NextId());
        RequestId told = await AddAsync(NewRequest() with { Webhook = webhook });
        RequestId untold = await AddAsync();
        FinishedRequest end = End(told, RequestState.Failed, attempt: 0);
        await FinishAsync(end);
        await FinishAsync(End(untold, attempt: 0));

        Assert.Equal(
            new DeliveryRecord
            {
                Id = end.Delivery,
                Event = "request.failed",
                Subject = told.ToString(),
                Channel = DeliveryChannel.Webhook,
                Target = webhook.ToString(),
                OccurredAt = end.At,
                State = DeliveryState.Pending,
                NextAttemptAt = end.At,
            },
            Assert.Single(await Stores.Deliveries.ListDeliveriesAsync(null, null, null, 10, Token)));
    }

    [Fact]
    public async Task Every_target_of_a_request_gets_a_delivery_by_its_channel()
    {
        var webhook = new WebhookId(NextId());
        RequestId id = await AddAsync(NewRequest() with
        {
            Webhook = webhook,
            Tell = [new DeliveryTarget(DeliveryChannel.Queue, "answers of the day"), new DeliveryTarget(DeliveryChannel.Mail, "ops@example.org")],
        });
        await FinishAsync(End(id, attempt: 0));

        IReadOnlyList<DeliveryRecord> deliveries = await Stores.Deliveries.ListDeliveriesAsync(null, null, null, 10, Token);
        Assert.Equal(
            [(DeliveryChannel.Webhook, webhook.ToString()), (DeliveryChannel.Queue, "answers of the day"), (DeliveryChannel.Mail, "ops@example.org")],
            deliveries.OrderBy(delivery => delivery.Channel).Select(delivery => (delivery.Channel, delivery.Target)));
        Assert.Equal(3, deliveries.Select(delivery => delivery.Id).Distinct().Count());
        Assert.Equal(deliveries[0], Assert.Single(await Stores.Deliveries.ListDeliveriesAsync(deliveries[0].Target, null, null, 10, Token)));
    }

    [Fact]
    public async Task A_replaced_soft_end_is_told_again_under_a_new_id()
    {
        RequestId id = await AddAsync(NewRequest() with { Webhook = new WebhookId(NextId()) });
        await SubmitAsync(id);
        FinishedRequest cancelled = End(id, RequestState.Cancelled, attempt: 0);
        FinishedRequest succeeded = End(id);
        await FinishAsync(cancelled);
        await FinishAsync(succeeded);

        Assert.Equal(
            [(succeeded.Delivery, "request.succeeded"), (cancelled.Delivery, "request.cancelled")],
            (await Stores.Deliveries.ListDeliveriesAsync(null, null, null, 10, Token)).Select(delivery => (delivery.Id, delivery.Event)));
    }

    [Fact]
    public async Task A_delivery_gets_an_id_when_the_end_brings_none()
    {
        foreach (int _ in Enumerable.Range(0, 2))
        {
            RequestId id = await AddAsync(NewRequest() with { Webhook = new WebhookId(NextId()) });
            await FinishAsync(End(id, attempt: 0) with { Delivery = default });
        }

        IReadOnlyList<DeliveryRecord> deliveries = await Stores.Deliveries.ListDeliveriesAsync(null, null, null, 10, Token);
        Assert.Equal(2, deliveries.Select(delivery => delivery.Id).Distinct().Count());
        Assert.DoesNotContain(deliveries, delivery => delivery.Id == default);
    }

    private async Task<RequestId> InAsync(RequestState state)
    {
        RequestId id = await AddAsync();
        await (state switch
        {
            RequestState.Sealed => SealAsync(id),
            RequestState.Submitted => SubmitAsync(id),
            RequestState.Running => StartAsync(id),
            _ => Task.CompletedTask,
        });
        Assert.Equal(state, await StateAsync(id));
        return id;
    }
}
