using System.Text;
using System.Text.Json;
using Leeway.Delivery;

namespace Leeway.Tests.Delivery;

public sealed class DelivererTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_delivery_is_posted_thin_and_signed()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using var bench = new DeliveryBench();
        WebhookEndpoint endpoint = await bench.RegisterAsync(receiver.Url);
        DeliveryId id = bench.Add(endpoint.Id);

        Assert.Null(await bench.RunAsync());

        ReceivedCall call = Assert.Single(receiver.Calls);
        DeliveryRecord delivery = bench.Store[id];
        Assert.Equal(DeliveryState.Delivered, delivery.State);
        Assert.Equal($$$"""{"type":"request.succeeded","timestamp":"2026-03-01T12:00:00.000Z","data":{"id":"{{{delivery.Subject}}}","state":"succeeded"}}""", call.Body);
        Assert.Equal("/hook", call.Path);
        Assert.Equal(id.ToString(), call.Headers["webhook-id"]);
        Assert.Equal(bench.Now().ToUnixTimeSeconds().ToString(), call.Headers["webhook-timestamp"]);
        Assert.Equal("application/json", call.Headers["content-type"]);
        Assert.Matches(@"^Leeway/\d+\.\d+\.\d+$", call.Headers["user-agent"]);
        Assert.DoesNotContain("traceparent", call.Headers.Keys);
        Assert.True(WebhookSignature.Verify(
            endpoint.Secret, call.Headers["webhook-id"], call.Headers["webhook-timestamp"], call.Headers["webhook-signature"], Encoding.UTF8.GetBytes(call.Body), bench.Now()));
    }

    [Theory]
    [InlineData(RequestState.Succeeded, "succeeded")]
    [InlineData(RequestState.Failed, "failed")]
    [InlineData(RequestState.Expired, "expired")]
    [InlineData(RequestState.Cancelled, "cancelled")]
    public async Task The_event_type_names_the_state(RequestState state, string name)
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using var bench = new DeliveryBench();
        WebhookEndpoint endpoint = await bench.RegisterAsync(receiver.Url);
        bench.Add(endpoint.Id, state);
        await bench.RunAsync();

        using JsonDocument body = JsonDocument.Parse(Assert.Single(receiver.Calls).Body);
        Assert.Equal($"request.{name}", body.RootElement.GetProperty("type").GetString());
        Assert.Equal(name, body.RootElement.GetProperty("data").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Attempts_follow_the_schedule_with_jitter_under_one_id_and_end_in_failed()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500);
        using var bench = new DeliveryBench(DeliveryBench.Loopback with { DisableAfter = 100 });
        WebhookEndpoint endpoint = await bench.RegisterAsync(receiver.Url);
        DeliveryId id = bench.Add(endpoint.Id);

        List<TimeSpan> waits = [];
        for (DateTimeOffset before = bench.Now(); await bench.RunNextAsync(); before = bench.Now())
        {
            waits.Add(bench.Now() - before);
        }

        IReadOnlyList<TimeSpan> schedule = bench.Webhooks.Schedule;
        Assert.Equal(schedule.Count, waits.Count);
        Assert.All(waits.Zip(schedule), pair => Assert.InRange(pair.First, pair.Second * 0.9, pair.Second * 1.1));
        Assert.NotEqual(schedule, waits);
        Assert.Equal(10, receiver.Calls.Count);
        Assert.Equal(id.ToString(), Assert.Single(receiver.Calls.Select(call => call.Headers["webhook-id"]).Distinct()));
        Assert.Equal(10, receiver.Calls.Select(call => call.Headers["webhook-timestamp"]).Distinct().Count());
        Assert.Equal((DeliveryState.Failed, 10, "The endpoint answered 500."), (bench.Store[id].State, bench.Store[id].Attempts, bench.Store[id].LastError));
    }

    [Fact]
    public async Task A_delivery_that_fails_first_is_delivered_at_the_next_attempt()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.AnswerWith(503);
        using var bench = new DeliveryBench();
        DeliveryRecord first = await bench.DeliverAsync(receiver.Url);
        Assert.Equal((DeliveryState.Retrying, 1), (first.State, first.Attempts));
        Assert.Equal(1, bench.Store[DeliveryBench.Endpoint(first)].ConsecutiveFailures);

        receiver.AnswerWith(204);
        await bench.RunNextAsync();

        DeliveryRecord second = bench.Store[first.Id];
        Assert.Equal((DeliveryState.Delivered, 2, null), (second.State, second.Attempts, second.LastError));
        Assert.Equal(0, bench.Store[DeliveryBench.Endpoint(first)].ConsecutiveFailures);
    }

    [Theory]
    [InlineData(429, "3600", 3600)]
    [InlineData(502, "3600", 3600)]
    [InlineData(503, "3600", 3600)]
    [InlineData(504, "Sun, 01 Mar 2026 13:00:00 GMT", 3600)]
    [InlineData(429, "999999999", 86400)]
    [InlineData(429, "Fri, 01 Mar 2126 13:00:00 GMT", 86400)]
    public async Task Retry_After_is_honoured_up_to_a_day(int status, string retryAfter, int seconds)
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.AnswerWith(status, "Retry-After", retryAfter);
        using var bench = new DeliveryBench();
        DeliveryRecord delivery = await bench.DeliverAsync(receiver.Url);
        Assert.Equal(bench.Now().AddSeconds(seconds), delivery.NextAttemptAt);
    }

    [Theory]
    [InlineData(429, "1")]
    [InlineData(429, "-5")]
    [InlineData(429, "soon")]
    [InlineData(500, "3600")]
    public async Task Retry_After_neither_shortens_the_schedule_nor_counts_on_other_answers(int status, string retryAfter)
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.AnswerWith(status, "Retry-After", retryAfter);
        using var bench = new DeliveryBench();
        DeliveryRecord delivery = await bench.DeliverAsync(receiver.Url);
        Assert.InRange(delivery.NextAttemptAt - bench.Now(), TimeSpan.FromSeconds(4.5), TimeSpan.FromSeconds(5.5));
    }

    [Fact]
    public async Task A_throttling_endpoint_is_left_alone_with_its_other_deliveries_and_only_it()
    {
        await using Receiver busy = await Receiver.StartAsync();
        await using Receiver idle = await Receiver.StartAsync();
        busy.AnswerWith(429, "Retry-After", "600");
        using var bench = new DeliveryBench();
        WebhookEndpoint throttling = await bench.RegisterAsync(busy.Url);
        WebhookEndpoint open = await bench.RegisterAsync(idle.Url);
        bench.Add(throttling.Id);
        await bench.RunAsync();

        DeliveryId held = bench.Add(throttling.Id);
        DeliveryId free = bench.Add(open.Id);
        await bench.RunAsync();

        Assert.Equal((DeliveryState.Pending, 0, bench.Now().AddSeconds(600)), (bench.Store[held].State, bench.Store[held].Attempts, bench.Store[held].NextAttemptAt));
        Assert.Equal(DeliveryState.Delivered, bench.Store[free].State);
        Assert.Single(busy.Calls);
    }

    [Fact]
    public async Task A_burst_during_an_outage_counts_as_one_failure()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500);
        using var bench = new DeliveryBench();
        WebhookEndpoint endpoint = await bench.RegisterAsync(receiver.Url);
        DeliveryId[] burst = [.. Enumerable.Range(0, 50).Select(_ => bench.Add(endpoint.Id))];
        await bench.RunAsync();

        Assert.Equal((1, null), (bench.Store[endpoint.Id].ConsecutiveFailures, bench.Store[endpoint.Id].DisabledReason));
        Assert.InRange(receiver.Calls.Count, 1, 4);

        receiver.AnswerWith(200);
        while (await bench.RunNextAsync())
        {
        }

        Assert.All(burst, id => Assert.Equal(DeliveryState.Delivered, bench.Store[id].State));
    }

    [Fact]
    public async Task More_deliveries_than_one_pass_holds_all_arrive_once()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using var bench = new DeliveryBench();
        WebhookEndpoint endpoint = await bench.RegisterAsync(receiver.Url);
        string[] all = [.. Enumerable.Range(0, 300).Select(_ => bench.Add(endpoint.Id).ToString())];

        DateTimeOffset? next = await bench.RunAsync();
        Assert.True(next <= bench.Now());
        Assert.Null(await bench.RunAsync());
        Assert.Equal(all.Order(), receiver.Calls.Select(call => call.Headers["webhook-id"]).Order());
    }

    [Fact]
    public async Task An_unregistered_endpoint_fails_the_delivery()
    {
        using var bench = new DeliveryBench();
        DeliveryId id = bench.Add(new WebhookId(Guid.Parse("01900000-0000-7000-8000-000000000000")));
        Assert.Null(await bench.RunAsync());
        Assert.Equal((DeliveryState.Failed, "The endpoint is not registered."), (bench.Store[id].State, bench.Store[id].LastError));
    }

    [Fact]
    public async Task A_row_that_cannot_be_served_does_not_keep_other_endpoints_waiting()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using var bench = new DeliveryBench();
        WebhookEndpoint broken = await bench.RegisterAsync(receiver.Url);
        await bench.Store.UpdateEndpointAsync(broken with { Secret = "not a secret" }, Stop);
        WebhookEndpoint sound = await bench.RegisterAsync(receiver.Url);
        bench.Add(broken.Id);
        DeliveryId id = bench.Add(sound.Id);

        AggregateException e = await Assert.ThrowsAsync<AggregateException>(bench.RunAsync);
        Assert.IsType<FormatException>(Assert.Single(e.InnerExceptions));
        Assert.Equal(DeliveryState.Delivered, bench.Store[id].State);
    }

    [Fact]
    public async Task A_stopped_pass_leaves_the_delivery_due()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using var stop = new CancellationTokenSource();
        receiver.Answer = async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var bench = new DeliveryBench();
        WebhookEndpoint endpoint = await bench.RegisterAsync(receiver.Url);
        DeliveryId id = bench.Add(endpoint.Id);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Deliverer.RunOnceAsync(stop.Token));
        Assert.Equal((DeliveryState.Pending, 0), (bench.Store[id].State, bench.Store[id].Attempts));
        Assert.Equal(0, bench.Store[endpoint.Id].ConsecutiveFailures);
    }
}
