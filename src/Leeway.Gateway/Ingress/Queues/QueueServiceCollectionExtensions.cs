using Leeway.Delivery;
using Microsoft.Extensions.DependencyInjection;

namespace Leeway.Gateway.Ingress.Queues;

/// <summary>Requests from message queues, and results to them.</summary>
internal static class QueueServiceCollectionExtensions
{
    public static IServiceCollection AddQueues(this IServiceCollection services) => services
        .AddSingleton<QueueCallers>()
        .AddSingleton<MessageObjects>()
        .AddSingleton<MessageIntake>()
        .AddSingleton<IDeliveryChannel, QueueChannel>()
        .AddHostedService<QueueIngress>();
}
