using System.Net.Sockets;

namespace Leeway.Delivery;

/// <summary>Registers webhook endpoints and lists them.</summary>
public sealed class WebhookRegistry(IDeliveryStore store, WebhookUrlPolicy policy, AddressGuard guard, TimeProvider clock, IRandomSource random)
{
    private static readonly TimeSpan _resolvingPatience = TimeSpan.FromSeconds(3);

    private readonly IdSource _ids = new(clock, random);

    /// <summary>
    /// Registers <paramref name="url"/> under a new secret. A name that leads to a refused address is refused here already; one that
    /// cannot be resolved yet is taken, since every attempt checks again.
    /// </summary>
    /// <param name="url">Where deliveries are posted.</param>
    /// <param name="team">The team that owns it.</param>
    /// <param name="events">The events it gets without being named: names of <see cref="DeliveryEvents.Subscribable"/>.</param>
    /// <param name="cancellationToken">Ends registering.</param>
    public async Task<WebhookRegistration> RegisterAsync(string url, string team, IReadOnlyList<string> events, CancellationToken cancellationToken)
    {
        if (policy.Check(url) is { } problem)
        {
            return WebhookRegistration.Refuse(problem);
        }

        var uri = new Uri(url);
        if (await FindRefusedAsync(uri, cancellationToken) is { } refused)
        {
            return WebhookRegistration.Refuse(WebhookUrlPolicy.Refused(url, $"the host leads to {refused.Address}, {refused.Reason}"));
        }

        var endpoint = new WebhookEndpoint
        {
            Id = new WebhookId(_ids.Next()),
            Team = team,
            Events = string.Join(' ', events),
            Url = uri,
            Secret = WebhookSignature.NewSecret(random),
            CreatedAt = clock.GetUtcNow(),
        };
        await store.AddEndpointAsync(endpoint, cancellationToken);
        return WebhookRegistration.Of(endpoint);
    }

    /// <summary>An endpoint, or null.</summary>
    public Task<WebhookEndpoint?> FindAsync(WebhookId id, CancellationToken cancellationToken) => store.FindEndpointAsync(id, cancellationToken);

    /// <summary>All endpoints, newest first.</summary>
    public Task<IReadOnlyList<WebhookEndpoint>> ListAsync(CancellationToken cancellationToken) => store.ListEndpointsAsync(cancellationToken);

    private async Task<AddressRefusedException?> FindRefusedAsync(Uri uri, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_resolvingPatience, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await guard.ResolveAsync(uri.IdnHost, linked.Token);
            return null;
        }
        catch (AddressRefusedException e)
        {
            return e;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
