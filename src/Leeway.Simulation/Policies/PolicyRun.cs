using Leeway.Hosting;
using Leeway.Simulation.Laws;
using Leeway.Simulation.Scoring;
using Leeway.Simulation.Stages;
using Leeway.Simulation.Traces;
using Microsoft.Extensions.DependencyInjection;

namespace Leeway.Simulation.Policies;

/// <summary>What is the same for every policy of a comparison.</summary>
/// <param name="Config">The product's.</param>
/// <param name="Prices">All prices.</param>
/// <param name="Model">The one model that is asked for.</param>
/// <param name="Price">That model's.</param>
internal sealed record PolicySetting(LeewayConfig Config, IPriceCatalog Prices, string Model, ModelPrice Price);

/// <summary>One policy through the production stages, once.</summary>
internal static class PolicyRun
{
    public static PolicyScore Run(PolicySetting setting, Traffic traffic, ProviderLaws laws, SimulatedPolicy policy, int seed, CancellationToken cancellationToken)
    {
        var scorer = new Scorer(traffic, laws, setting.Price, Simulator.Start);
        using var gateway = SimulatedGateway.Create(new SimulationSetup(setting.Config, setting.Prices, new LawfulVendor(laws))
        {
            Policy = policy.Policy is { } own ? _ => own : null,
            Replace = policy.IsProduct ? null : WithoutGuard,
            Observer = scorer,
            Seed = seed,
            Start = Simulator.Start,
        });
        gateway.Run(Arrivals(setting, traffic, policy, cancellationToken));
        return scorer.Result(policy.Name, seed);
    }

    // A hand-written rule has no guard that would promote its requests.
    private static void WithoutGuard(IServiceCollection services)
    {
        foreach (ServiceDescriptor guard in services.Where(static service => service.ImplementationType == typeof(GuardLoop)).ToArray())
        {
            services.Remove(guard);
        }
    }

    private static IEnumerable<SimulatedRequest> Arrivals(PolicySetting setting, Traffic traffic, SimulatedPolicy policy, CancellationToken cancellationToken)
    {
        for (int number = 0; number < traffic.Requests.Count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TrafficRequest request = traffic.Requests[number];
            DateTimeOffset at = Simulator.Start + request.At;
            yield return new SimulatedRequest(number, at, at + traffic.Classes[request.Class].Wait, setting.Model, request.InputTokens, request.OutputTokens)
            {
                PinnedLane = policy.Pin,
            };
        }
    }
}
