using Leeway.Ledger.Budgets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Leeway.Gateway.Access;

/// <summary>Adds the two gates and what they ask.</summary>
internal static class AccessServiceCollectionExtensions
{
    /// <param name="services">Of the gateway.</param>
    /// <param name="keys">All keys.</param>
    /// <param name="server">As the listeners were opened; a reload does not move them.</param>
    public static IServiceCollection AddAccess(this IServiceCollection services, KeyRing keys, ServerConfig server) => services
        .AddSingleton(keys)
        .AddSingleton(provider => new Gate(keys, !server.Listen.IsLoopback, provider.GetRequiredService<IConfigSource>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new AdminGate(!server.AdminListen.IsLoopback, provider.GetRequiredService<IConfigSource>()))
        .AddSingleton<CallerBudgets>()
        .AddSingleton<IBudgetSource>(static provider => provider.GetRequiredService<CallerBudgets>())
        .AddHostedService<KeyLoop>()
        .AddSingleton<KeyIssuer>()
        .AddSingleton<KeyUses>()
        .AddSingleton<IHostedService>(provider => provider.GetRequiredService<KeyUses>());
}
