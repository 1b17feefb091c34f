using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Leeway.Delivery;

/// <summary>Registers the delivery stage.</summary>
public static class DeliveryServiceCollectionExtensions
{
    /// <summary>
    /// Adds delivery, its loop and the webhook channel; other channels are added as <see cref="IDeliveryChannel"/>. Needs <see cref="IDeliveryStore"/>, <see cref="IConfigSource"/>, <see cref="TimeProvider"/>
    /// and <see cref="IRandomSource"/>.
    /// </summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services) => services
        .AddSingleton(provider => new AddressGuard(provider.GetRequiredService<IConfigSource>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<WebhookUrlPolicy>()
        .AddSingleton<WebhookRegistry>()
        .AddSingleton<WebhookChannel>()
        .AddSingleton<IDeliveryChannel>(provider => provider.GetRequiredService<WebhookChannel>())
        .AddSingleton<Deliverer>()
        .AddSingleton<WebhookControl>()
        .AddSingleton<DeliveryLoop>()
        .AddSingleton<IHostedService>(provider => provider.GetRequiredService<DeliveryLoop>());
}
