namespace Leeway.Tests.Storage;

public abstract class DeliveryStoreConformance : StoreConformance
{
    [Fact]
    public async Task Endpoints_are_stored_replaced_and_listed_newest_first()
    {
        WebhookEndpoint first = NewEndpoint();
        WebhookEndpoint second = NewEndpoint();
        await Stores.Deliveries.AddEndpointAsync(first, Token);
        await Stores.Deliveries.AddEndpointAsync(second, Token);
        WebhookEndpoint disabled = first with { DisabledReason = "410 since noon", ConsecutiveFailures = 10, Url = new Uri("https://b.example/x") };
        await Stores.Deliveries.UpdateEndpointAsync(disabled, Token);

        Assert.Equal([second, disabled], await Stores.Deliveries.ListEndpointsAsync(Token));
        Assert.Equal(disabled, await Stores.Deliveries.FindEndpointAsync(first.Id, Token));
        Assert.Null(await Stores.Deliveries.FindEndpointAsync(new WebhookId(NextId()), Token));
    }

    [Fact]
    public async Task Pending_and_retrying_deliveries_are_due_oldest_first_up_to_a_limit()
    {
        DeliveryRecord late = await DeliveryAsync(T0.AddMinutes(3), DeliveryState.Retrying);
        DeliveryRecord early = await DeliveryAsync(T0.AddMinutes(1), DeliveryState.Pending);
        DeliveryRecord middle = await DeliveryAsync(T0.AddMinutes(2), DeliveryState.Retrying);
        await DeliveryAsync(T0, DeliveryState.Delivered);
        await DeliveryAsync(T0, DeliveryState.Failed);

        Assert.Equal([early, middle], await Stores.Deliveries.LoadDueAsync(T0.AddMinutes(2), 10, Token));
        Assert.Equal([early], await Stores.Deliveries.LoadDueAsync(T0.AddHours(1), 1, Token));
        Assert.Equal([early, middle, late], await Stores.Deliveries.LoadDueAsync(T0.AddHours(1), 10, Token));
        Assert.Empty(await Stores.Deliveries.LoadDueAsync(T0, 10, Token));
    }

    [Fact]
    public async Task The_next_due_instant_is_that_of_the_earliest_open_delivery()
    {
        Assert.Null(await Stores.Deliveries.NextDueAsync(Token));
        await DeliveryAsync(T0, DeliveryState.Delivered);
        Assert.Null(await Stores.Deliveries.NextDueAsync(Token));
        await DeliveryAsync(T0.AddMinutes(3), DeliveryState.Pending);
        await DeliveryAsync(T0.AddMinutes(2), DeliveryState.Retrying);
        Assert.Equal(T0.AddMinutes(2), await Stores.Deliveries.NextDueAsync(Token));
    }

    [Fact]
    public async Task Deliveries_are_listed_newest_first_by_endpoint_and_state_in_pages()
    {
        DeliveryRecord first = await DeliveryAsync(T0, DeliveryState.Failed);
        DeliveryRecord second = await DeliveryAsync(T0, DeliveryState.Pending);
        DeliveryRecord third = await DeliveryAsync(T0, DeliveryState.Failed);

        Assert.Equal([third, second], await ListAsync(null, null, null, 2));
        Assert.Equal([first], await ListAsync(null, null, second.Id, 2));
        Assert.Equal([third, first], await ListAsync(null, DeliveryState.Failed, null, 10));
        Assert.Equal([second], await ListAsync(second.Target, null, null, 10));
        Assert.Empty(await ListAsync(second.Target, DeliveryState.Failed, null, 10));
        Assert.Equal(second, await Stores.Deliveries.FindDeliveryAsync(second.Id, Token));
        Assert.Null(await Stores.Deliveries.FindDeliveryAsync(new DeliveryId(NextId()), Token));
    }

    [Fact]
    public async Task Ended_deliveries_go_with_their_request_and_open_ones_stay()
    {
        DeliveryRecord delivered = await DeliveryAsync(T0, DeliveryState.Delivered);
        DeliveryRecord retrying = await DeliveryAsync(T0, DeliveryState.Retrying);
        await Stores.Requests.DeleteEndedAsync(T0.AddDays(1), Token);

        Assert.Null(await Stores.Deliveries.FindDeliveryAsync(delivered.Id, Token));
        Assert.Equal(retrying, await Stores.Deliveries.FindDeliveryAsync(retrying.Id, Token));
    }

    private WebhookEndpoint NewEndpoint() => new()
    {
        Id = new WebhookId(NextId()),
        Url = new Uri("https://a.example/hook?x=1"),
        Secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
        CreatedAt = T0,
    };

    private Task<IReadOnlyList<DeliveryRecord>> ListAsync(string? target, DeliveryState? state, DeliveryId? after, int limit) =>
        Stores.Deliveries.ListDeliveriesAsync(target, state, after, limit, Token);

    private async Task<DeliveryRecord> DeliveryAsync(DateTimeOffset next, DeliveryState state)
    {
        RequestId id = await AddAsync(NewRequest() with { Webhook = new WebhookId(NextId()) });
        FinishedRequest end = End(id, attempt: 0);
        await FinishAsync(end);
        DeliveryRecord delivery = (await Stores.Deliveries.FindDeliveryAsync(end.Delivery, Token))! with
        {
            State = state,
            Attempts = 1,
            NextAttemptAt = next,
            LastError = "503",
        };
        await Stores.Deliveries.UpdateDeliveryAsync(delivery, Token);
        return delivery;
    }
}
