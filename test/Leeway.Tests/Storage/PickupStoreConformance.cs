namespace Leeway.Tests.Storage;

public abstract class PickupStoreConformance : StoreConformance
{
    [Fact]
    public async Task A_result_that_was_fetched_comes_back_with_the_first_time_and_way()
    {
        RequestId id = await EndedAsync(T0.AddMinutes(10));
        await Stores.Pickups.NoteAsync([id], PickupWay.Poll, T0.AddMinutes(12), Token);
        await Stores.Pickups.NoteAsync([id], PickupWay.Held, T0.AddMinutes(15), Token);

        EndedRequest ended = Assert.Single(await LoadAsync());
        Assert.Equal(("anonymous", "gpt-4o", Priority.Standard, RequestState.Succeeded), (ended.Caller, ended.Model, ended.Priority, ended.State));
        Assert.Equal((T0, T0.AddHours(1), T0.AddMinutes(10)), (ended.AcceptedAt, ended.Deadline, ended.FinishedAt));
        Assert.Equal((T0.AddMinutes(12), PickupWay.Poll, false), (ended.PickedUpAt!.Value, ended.Way!.Value, ended.IsSent));
    }

    [Fact]
    public async Task Open_and_unknown_requests_are_not_noted()
    {
        RequestId open = await AddAsync();
        await Stores.Pickups.NoteAsync([open, new RequestId(NextId())], PickupWay.Poll, T0, Token);
        await FinishAsync(End(open, attempt: 0) with { At = T0.AddMinutes(1) });

        Assert.Null(Assert.Single(await LoadAsync()).PickedUpAt);
    }

    [Fact]
    public async Task The_latest_ends_of_a_window_come_first_and_not_more_than_asked_for()
    {
        foreach (int minute in (int[])[1, 3, 2, 61])
        {
            await EndedAsync(T0.AddMinutes(minute));
        }

        Assert.Equal([3, 2, 1], (await LoadAsync()).Select(ended => (int)ended.Wait.TotalMinutes));
        Assert.Equal([3, 2], (await LoadAsync(limit: 2)).Select(ended => (int)ended.Wait.TotalMinutes));
        Assert.Empty(await Stores.Pickups.LoadEndedAsync(T0.AddHours(2), T0.AddHours(3), 10, Token));
    }

    [Fact]
    public async Task A_request_with_a_webhook_is_sent()
    {
        RequestId id = await AddAsync(NewRequest() with { Webhook = new WebhookId(NextId()) });
        await FinishAsync(End(id, attempt: 0) with { At = T0.AddMinutes(1) });

        Assert.True(Assert.Single(await LoadAsync()).IsSent);
    }

    [Fact]
    public async Task A_deleted_request_takes_its_note_along()
    {
        RequestId id = await EndedAsync(T0.AddMinutes(1));
        await Stores.Pickups.NoteAsync([id], PickupWay.File, T0.AddMinutes(2), Token);
        Assert.Equal(1, await Stores.Requests.DeleteEndedAsync(T0.AddDays(1), Token));

        Assert.Empty(await LoadAsync());
        await Stores.Pickups.NoteAsync([id], PickupWay.File, T0.AddMinutes(3), Token);
        Assert.Empty(await LoadAsync());
    }

    private Task<IReadOnlyList<EndedRequest>> LoadAsync(int limit = 100) => Stores.Pickups.LoadEndedAsync(T0, T0.AddHours(1), limit, Token);

    private async Task<RequestId> EndedAsync(DateTimeOffset at)
    {
        RequestId id = await AddAsync();
        await FinishAsync(End(id, attempt: 0) with { At = at });
        return id;
    }
}
