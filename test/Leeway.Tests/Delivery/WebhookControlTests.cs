using System.Text;
using Leeway.Delivery;

namespace Leeway.Tests.Delivery;

public sealed class WebhookControlTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gone_disables_the_endpoint_and_fails_what_waits_for_it()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.AnswerWith(410);
        using var bench = new DeliveryBench();
        WebhookEndpoint endpoint = await bench.RegisterAsync(receiver.Url);
        DeliveryId[] waiting = [.. Enumerable.Range(0, 12).Select(_ => bench.Add(endpoint.Id))];
        Assert.Null(await bench.RunAsync());

        Assert.Contains("410", bench.Store[endpoint.Id].DisabledReason);
        Assert.All(waiting, id => Assert.Equal(DeliveryState.Failed, bench.Store[id].State));
        Assert.Contains(waiting, id => bench.Store[id].Attempts == 0 && bench.Store[id].LastError!.StartsWith("The endpoint is disabled. Since 2026-03-01T12:00:00Z: ", StringComparison.Ordinal));
        Assert.InRange(receiver.Calls.Count, 1, 4);
    }

    [Fact]
    public async Task Failures_in_a_row_disable_the_endpoint_and_fail_what_waits()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500);
        using var bench = new DeliveryBench(DeliveryBench.Loopback with { DisableAfter = 3 });
        WebhookEndpoint endpoint = await bench.RegisterAsync(receiver.Url);
        DeliveryId[] waiting = [.. Enumerable.Range(0, 6).Select(_ => bench.Add(endpoint.Id))];

        while (await bench.RunNextAsync())
        {
        }

        Assert.Equal(3, bench.Store[endpoint.Id].ConsecutiveFailures);
        Assert.Contains("3 attempts in a row failed; the last: The endpoint answered 500.", bench.Store[endpoint.Id].DisabledReason);
        Assert.All(waiting, id => Assert.Equal(DeliveryState.Failed, bench.Store[id].State));
        Assert.All(waiting, id => Assert.Contains("disabled", bench.Store[id].LastError));
    }

    [Fact]
    public async Task A_success_between_failures_starts_the_count_anew()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using var bench = new DeliveryBench(DeliveryBench.Loopback with { DisableAfter = 3 });
        WebhookEndpoint endpoint = await bench.RegisterAsync(receiver.Url);
        foreach (int status in (int[])[500, 500, 200, 500, 500])
        {
            receiver.AnswerWith(status);
            if (await bench.Store.NextDueAsync(Stop) is null)
            {
                bench.Add(endpoint.Id);
            }

            await bench.RunNextAsync();
        }

        Assert.Equal((2, null), (bench.Store[endpoint.Id].ConsecutiveFailures, bench.Store[endpoint.Id].DisabledReason));
        Assert.Equal(5, receiver.Calls.Count);
    }

    [Fact]
    public async Task A_new_delivery_to_a_disabled_endpoint_fails_unsent_and_arrives_when_enabled_and_replayed()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        using var bench = new DeliveryBench();
        WebhookEndpoint endpoint = await bench.RegisterAsync(receiver.Url);
        Assert.NotNull((await bench.Control.DisableAsync(endpoint.Id, Stop))!.DisabledReason);
        DeliveryId id = bench.Add(endpoint.Id);
        await bench.RunAsync();
        Assert.Equal(DeliveryState.Failed, bench.Store[id].State);
        Assert.StartsWith("The endpoint is disabled.", bench.Store[id].LastError);
        Assert.Empty(receiver.Calls);

        Assert.Null((await bench.Control.EnableAsync(endpoint.Id, Stop))!.DisabledReason);
        await bench.RunAsync();
        Assert.Empty(receiver.Calls);

        Assert.Equal(DeliveryState.Pending, (await bench.Deliverer.ReplayAsync(id, Stop))!.State);
        await bench.RunAsync();
        Assert.Equal(DeliveryState.Delivered, bench.Store[id].State);
        Assert.Equal(id.ToString(), Assert.Single(receiver.Calls).Headers["webhook-id"]);
    }

    [Fact]
    public async Task Disabling_fails_what_waits()
    {
        using var bench = new DeliveryBench();
        WebhookEndpoint endpoint = await bench.RegisterAsync("http://127.0.0.1:9999/");
        WebhookEndpoint other = await bench.RegisterAsync("http://127.0.0.1:9999/");
        DeliveryId id = bench.Add(endpoint.Id);
        DeliveryId untouched = bench.Add(other.Id);
        await bench.Control.DisableAsync(endpoint.Id, Stop);
        Assert.Equal(DeliveryState.Failed, bench.Store[id].State);
        Assert.Equal(DeliveryState.Pending, bench.Store[untouched].State);
    }

    [Fact]
    public async Task Enabling_forgets_failures_and_makes_what_waits_due()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.AnswerWith(429, "Retry-After", "3600");
        using var bench = new DeliveryBench();
        DeliveryRecord delivery = await bench.DeliverAsync(receiver.Url);
        receiver.AnswerWith(200);
        bool awakened = false;
        bench.Deliverer.Awakened += () => awakened = true;

        Assert.Equal(0, (await bench.Control.EnableAsync(DeliveryBench.Endpoint(delivery), Stop))!.ConsecutiveFailures);
        Assert.True(awakened);
        await bench.RunAsync();
        Assert.Equal(DeliveryState.Delivered, bench.Store[delivery.Id].State);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(500, false)]
    public async Task A_ping_is_a_signed_event_and_its_result_is_returned(int status, bool delivered)
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.AnswerWith(status);
        using var bench = new DeliveryBench();
        WebhookEndpoint endpoint = await bench.RegisterAsync(receiver.Url);
        DeliveryAttempt? ping = await bench.Control.PingAsync(endpoint.Id, Stop);

        Assert.Equal((delivered, status), (ping!.Delivered, ping.StatusCode));
        ReceivedCall call = Assert.Single(receiver.Calls);
        Assert.Equal($$$"""{"type":"webhook.ping","timestamp":"2026-03-01T12:00:00.000Z","data":{"id":"{{{endpoint.Id}}}"}}""", call.Body);
        Assert.True(WebhookSignature.Verify(
            endpoint.Secret, call.Headers["webhook-id"], call.Headers["webhook-timestamp"], call.Headers["webhook-signature"], Encoding.UTF8.GetBytes(call.Body), bench.Now()));
        Assert.Equal(0, bench.Store[endpoint.Id].ConsecutiveFailures);
    }

    [Fact]
    public async Task What_does_not_exist_is_null()
    {
        using var bench = new DeliveryBench();
        Assert.Null(await bench.Control.PingAsync(default, Stop));
        Assert.Null(await bench.Control.EnableAsync(default, Stop));
        Assert.Null(await bench.Control.DisableAsync(default, Stop));
        Assert.Null(await bench.Deliverer.ReplayAsync(default, Stop));
    }

    [Fact]
    public async Task Registering_makes_an_endpoint_with_its_own_secret()
    {
        using var bench = new DeliveryBench();
        WebhookEndpoint one = await bench.RegisterAsync("http://127.0.0.1:9999/a?b=c");
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        WebhookEndpoint two = await bench.RegisterAsync("http://127.0.0.1:9999/");
        Assert.NotEqual(one.Secret, two.Secret);
        Assert.Equal("http://127.0.0.1:9999/a?b=c", one.Url.OriginalString);
        Assert.Equal([two, one], await bench.Registry.ListAsync(Stop));
        Assert.Equal(one, await bench.Registry.FindAsync(one.Id, Stop));
    }
}
