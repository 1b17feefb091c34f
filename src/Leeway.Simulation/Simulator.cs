using Leeway.Economics;
using Leeway.Routing;
using Leeway.Simulation.Laws;
using Leeway.Simulation.Policies;
using Leeway.Simulation.Scoring;
using Leeway.Simulation.Traces;

namespace Leeway.Simulation;

/// <summary>Runs policies on the same traffic under the same luck and says what each paid, missed and waited.</summary>
public static class Simulator
{
    // Has a price for flex, which not every model has.
    private const string FallbackModel = "gpt-5-mini";

    /// <summary>When every run begins, UTC: a Monday, so that hours of the week mean something.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The built-in laws of batches.</summary>
    public static IReadOnlyList<string> Laws => ProviderLaws.Names;

    /// <summary>Runs every policy with every seed.</summary>
    /// <exception cref="FormatException">The law is unknown, a file of it is of another form, or the model has no route or no price.</exception>
    public static SimulationResult Run(SimulationOptions options, CancellationToken cancellationToken)
    {
        LeewayConfig config = options.Config.Providers.Count > 0 ? options.Config : options.Config with
        {
            Providers = new Dictionary<string, ProviderConfig> { ["simulated"] = new() { ApiKey = new Secret("simulated", "literal") } },
        };
        string model = options.Model ?? config.Models.Keys.Order(StringComparer.Ordinal).FirstOrDefault() ?? FallbackModel;
        ModelPrice price = PriceOf(config, options.Prices, model);
        var scores = new List<PolicyScore>();
        Traffic? traffic = null;
        ProviderLaws? laws = null;
        foreach (int seed in options.Seeds)
        {
            traffic = Traffic.Of(options.Trace.Name, options.Trace.Requests, options.Deadlines, seed, options.Requests, options.Scale);
            foreach (SimulatedPolicy policy in options.Policies)
            {
                // Laws keep the episodes they have drawn, so every run has its own.
                laws = LawsOf(options, seed);
                scores.Add(PolicyRun.Run(new PolicySetting(config, options.Prices, model, price), traffic, laws, policy, seed, cancellationToken));
            }
        }

        return new SimulationResult
        {
            Trace = options.Trace.Name,
            Requests = traffic!.Requests.Count,
            Length = traffic.Length,
            Model = model,
            Law = options.Law,
            Flex = options.FlexClosed switch { null => "off", 0 => "open", { } share => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{100 * share:0.##} % closed") },
            Seeds = options.Seeds,
            Assumes = laws!.Assumes,
            Policies = options.Policies,
            Scores = scores,
        };
    }

    private static ProviderLaws LawsOf(SimulationOptions options, int seed) => new(
        options.Observed is { } lines ? ObservedLaw.Parse(options.Law, lines, seed)
            : ProviderLaws.Named(options.Law, seed, Start) ?? throw new FormatException($"Law '{options.Law}' is unknown; use {string.Join(", ", Laws)} or a file."),
        options.FlexClosed is { } closed ? new FlexLaw(seed, Start, closed) : null,
        options.Latencies.Count == 0 ? LatencyLaw.Lognormal(seed) : LatencyLaw.Measured(options.Latencies, seed),
        options.HeadRoom);

    private static ModelPrice PriceOf(LeewayConfig config, IPriceCatalog prices, string model)
    {
        var routes = new RouteTable(new StaticConfig(config), prices, TimeProvider.System);
        (Route? route, RouteProblem? problem) = routes.Resolve(model);
        return route is null ? throw new FormatException($"The model '{model}' has no route: {problem}.")
            : prices.PriceOf(route.Primary, Start) ?? throw new FormatException($"The model '{model}' has no price, so that nothing can be compared; name another one with --model, or give it a price.");
    }
}
