using Leeway.Gateway.Ingress.MessageBatches;
using Microsoft.Extensions.DependencyInjection;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary>Clients' batches of both dialects.</summary>
internal static class BatchServiceCollectionExtensions
{
    public static IServiceCollection AddClientBatches(this IServiceCollection services) => services
        .AddSingleton<BatchTerms>()
        .AddSingleton<BatchDesk>()
        .AddSingleton<LineIntake>()
        .AddSingleton<BatchAcceptance>()
        .AddSingleton<LinesNeverAccepted>()
        .AddSingleton<ResultFiles>()
        .AddSingleton<LiveFiles>()
        .AddSingleton<BatchFinish>()
        .AddSingleton<BatchRoutes>()
        .AddSingleton<MessageBatchIntake>()
        .AddSingleton<MessageBatchRoutes>()
        .AddHostedService<ClientBatchLoop>();
}
