using System.Net;
using Leeway.Delivery;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Delivery;

/// <summary>A deliverer on a clock that stands still, with a store in memory and loopback allowed.</summary>
internal sealed class DeliveryBench : IDisposable
{
    private static readonly DateTimeOffset _start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly IdSource _ids;

    public DeliveryBench(WebhooksConfig? webhooks = null, AddressResolver? resolver = null, TimeProvider? wall = null)
    {
        Webhooks = webhooks ?? Loopback;
        Config = new StaticConfig(new LeewayConfig { Delivery = new DeliveryConfig { Webhooks = Webhooks } });
        TimeProvider clock = wall ?? Clock;
        _ids = new IdSource(clock, Random);
        Guard = new AddressGuard(Config, clock, resolver);
        Channel = new WebhookChannel(Store, Config, Guard, clock);
        Deliverer = new Deliverer(Store, [Channel], clock, Random, NullLogger<Deliverer>.Instance);
        Control = new WebhookControl(Store, Channel, Deliverer, clock, Random);
        Registry = new WebhookRegistry(Store, new WebhookUrlPolicy(Config, Guard), Guard, clock, Random);
        Now = clock.GetUtcNow;
    }

    public static WebhooksConfig Loopback { get; } = new() { AllowHttp = true, AllowPrivateNetworks = [IPNetwork.Parse("127.0.0.1/32")] };

    public WebhooksConfig Webhooks { get; }

    public StaticConfig Config { get; }

    public FakeTimeProvider Clock { get; } = new(_start);

    public Func<DateTimeOffset> Now { get; }

    public SeededRandomSource Random { get; } = new(7);

    public MemoryDeliveryStore Store { get; } = new();

    public AddressGuard Guard { get; }

    public WebhookChannel Channel { get; }

    public Deliverer Deliverer { get; }

    public WebhookControl Control { get; }

    public WebhookRegistry Registry { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async Task<WebhookEndpoint> RegisterAsync(string url)
    {
        WebhookRegistration registration = await Registry.RegisterAsync(url, Teams.Default, [], Stop);
        Assert.Null(registration.Problem);
        return registration.Endpoint!;
    }

    public DeliveryId Add(WebhookId webhook, RequestState state = RequestState.Succeeded)
    {
        var id = new DeliveryId(_ids.Next());
        Store.Add(new DeliveryRecord
        {
            Id = id,
            Event = DeliveryEvents.OfRequest(state),
            Subject = new RequestId(_ids.Next()).ToString(),
            Target = webhook.ToString(),
            OccurredAt = Now(),
            State = DeliveryState.Pending,
            NextAttemptAt = Now(),
        });
        return id;
    }

    /// <summary>The endpoint that a delivery goes to.</summary>
    public static WebhookId Endpoint(DeliveryRecord delivery) =>
        WebhookId.TryParse(delivery.Target, out WebhookId id) ? id : default;

    public Task<DateTimeOffset?> RunAsync() => Deliverer.RunOnceAsync(Stop);

    /// <summary>Registers the URL, delivers once and returns the delivery.</summary>
    public async Task<DeliveryRecord> DeliverAsync(string url)
    {
        WebhookEndpoint endpoint = await RegisterAsync(url);
        DeliveryId id = Add(endpoint.Id);
        await RunAsync();
        return Store[id];
    }

    /// <summary>Moves the clock to when the next delivery is due and makes a pass; false when none waits.</summary>
    public async Task<bool> RunNextAsync()
    {
        if (await Store.NextDueAsync(Stop) is not { } due)
        {
            return false;
        }

        if (due > Clock.GetUtcNow())
        {
            Clock.SetUtcNow(due);
        }

        await RunAsync();
        return true;
    }

    public void Dispose() => Channel.Dispose();
}
