namespace Leeway.Tests.Storage;

public abstract class PlanStoreConformance : StoreConformance
{
    private static readonly PlanNote s_batch = new("""{"lane":"batch"}""", T0.AddMinutes(58));
    private static readonly PlanNote s_realTime = new("""{"lane":"realtime"}""", T0.AddMinutes(20));

    [Fact]
    public async Task Plans_come_back_in_order_the_first_with_the_request()
    {
        RequestId id = await AddAsync(NewRequest() with { Plan = s_batch });
        Stores.Plans.Append(new RequestPlan(id, T0.AddMinutes(20), s_realTime));
        Stores.Plans.Append(new RequestPlan(id, T0.AddMinutes(10), s_batch with { DispatchAt = T0.AddMinutes(50) }));

        Assert.Equal(
            [new(id, T0, s_batch), new(id, T0.AddMinutes(10), s_batch with { DispatchAt = T0.AddMinutes(50) }), new(id, T0.AddMinutes(20), s_realTime)],
            (await LoadAsync(id)).Plans);
    }

    [Fact]
    public async Task A_request_without_a_plan_and_one_that_is_not_stored_have_none()
    {
        RequestId id = await AddAsync();
        var unknown = new RequestId(NextId());
        Stores.Plans.Append(new RequestPlan(unknown, T0, s_batch));

        Assert.Empty((await LoadAsync(id)).Plans);
        RequestHistory none = await LoadAsync(unknown);
        Assert.Empty(none.Plans);
        Assert.Empty(none.Batches);
        Assert.Null(none.PickedUp);
    }

    [Fact]
    public async Task A_deleted_request_takes_its_plans_along_and_leaves_those_of_others()
    {
        RequestId id = await AddAsync(NewRequest() with { Plan = s_batch });
        RequestId other = await AddAsync(NewRequest() with { Plan = s_batch });
        Stores.Plans.Append(new RequestPlan(id, T0.AddMinutes(20), s_realTime));
        Assert.Equal(2, (await LoadAsync(id)).Plans.Count);
        await FinishAsync(End(id, attempt: 0) with { At = T0.AddMinutes(30) });
        Assert.Equal(1, await Stores.Requests.DeleteEndedAsync(T0.AddDays(10), Token));

        Assert.Empty((await LoadAsync(id)).Plans);
        Assert.Equal([new(other, T0, s_batch)], (await LoadAsync(other)).Plans);
    }

    [Fact]
    public async Task Once_nothing_names_it_a_text_is_gone_and_is_stored_anew_when_it_comes_again()
    {
        RequestId id = await AddAsync(NewRequest() with { Plan = s_batch });
        await FinishAsync(End(id, attempt: 0) with { At = T0.AddMinutes(1) });
        await Stores.Requests.DeleteEndedAsync(T0.AddDays(10), Token);

        DateTimeOffset later = T0.AddDays(10);
        RequestId next = await AddAsync(NewRequest() with { AcceptedAt = later, Deadline = later.AddHours(1), Plan = s_batch });
        Assert.Equal([new(next, later, s_batch)], (await LoadAsync(next)).Plans);
    }

    [Fact]
    public async Task The_steps_of_a_batch_have_their_instants_and_a_poll_without_a_change_is_none()
    {
        RequestId id = await AddAsync();
        BatchRecord batch = await SealAsync(id);
        batch = await StepAsync(batch, BatchState.Submitting, null, 2);
        batch = await StepAsync(batch, BatchState.Submitted, ProviderBatchStatus.Validating, 3);
        batch = await StepAsync(batch, BatchState.Running, ProviderBatchStatus.InProgress, 4);
        batch = await StepAsync(batch, BatchState.Running, ProviderBatchStatus.InProgress, 4);
        await StepAsync(batch, BatchState.Collecting, ProviderBatchStatus.Completed, 9);

        BatchHistory history = Assert.Single((await LoadAsync(id)).Batches);
        Assert.Equal(batch.Id, history.Batch.Id);
        Assert.Equal(
            [
                new(T0.AddMinutes(1), BatchState.Sealed, null),
                new(T0.AddMinutes(2), BatchState.Submitting, null),
                new(T0.AddMinutes(3), BatchState.Submitted, ProviderBatchStatus.Validating),
                new(T0.AddMinutes(4), BatchState.Running, ProviderBatchStatus.InProgress),
                new BatchStep(T0.AddMinutes(9), BatchState.Collecting, ProviderBatchStatus.Completed),
            ],
            history.Steps);
    }

    [Fact]
    public async Task A_batch_says_whether_another_team_had_a_part_in_it()
    {
        RequestId own = await AddAsync();
        RequestId alone = await AddAsync();
        RequestId other = await AddAsync(NewRequest() with { Team = "red" });
        await SealAsync(own, other);
        await SealAsync(alone);

        Assert.True(Assert.Single((await LoadAsync(own)).Batches).IsShared);
        Assert.True(Assert.Single((await LoadAsync(other)).Batches).IsShared);
        Assert.False(Assert.Single((await LoadAsync(alone)).Batches).IsShared);
    }

    [Fact]
    public async Task Attempts_deliveries_and_the_pick_up_have_their_instants()
    {
        RequestId id = await AddAsync(NewRequest() with { Webhook = new WebhookId(NextId()) });
        await StartAsync(id);
        await Stores.Requests.RequeueAsync([id], "Overloaded", T0.AddMinutes(3), Token);
        await StartAsync(id);
        await FinishAsync(End(id, attempt: 2) with { At = T0.AddMinutes(5) });
        await Stores.Pickups.NoteAsync([id], PickupWay.Poll, T0.AddMinutes(7), Token);
        DeliveryRecord told = Assert.Single((await LoadAsync(id)).Deliveries);
        await Stores.Deliveries.UpdateDeliveryAsync(told with { Attempts = 1, State = DeliveryState.Retrying, LastAttemptAt = T0.AddMinutes(6), NextAttemptAt = T0.AddMinutes(11), LastError = "500" }, Token);

        RequestHistory history = await LoadAsync(id);
        Assert.Equal(new Dictionary<int, DateTimeOffset> { [1] = T0.AddMinutes(3), [2] = T0.AddMinutes(5) }, history.AttemptEnds);
        Assert.Equal((T0.AddMinutes(7), PickupWay.Poll), history.PickedUp);
        DeliveryRecord delivery = Assert.Single(history.Deliveries);
        Assert.Equal((T0.AddMinutes(5), T0.AddMinutes(6), "500"), (delivery.OccurredAt, delivery.LastAttemptAt, delivery.LastError));
    }

    private async Task<BatchRecord> StepAsync(BatchRecord batch, BatchState to, ProviderBatchStatus? status, int minute)
    {
        BatchRecord next = batch with { State = to, ProviderStatus = status, SteppedAt = T0.AddMinutes(minute) };
        Assert.True(await Stores.Batches.UpdateAsync(next, batch.State, Token));
        return next;
    }

    private Task<RequestHistory> LoadAsync(RequestId id) => Stores.Plans.LoadAsync(id, Token);
}
