using System.Security.Cryptography;
using System.Text;
using Leeway.Economics;
using Leeway.Simulation.Stages;
using Leeway.Simulation.Vendors;

namespace Leeway.Tests.Simulation;

/// <summary>A gateway of one deployment with its traffic, and everything that its observer hears.</summary>
internal sealed class SimulationScene : ISimulationObserver
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private static readonly string[] Models = ["gpt-4o-mini", "gpt-4o", "gpt-4.1"];
    private static readonly string[] Teams = ["default", "red", "green", "blue"];

    public List<SimulatedOutcome> Outcomes { get; } = [];

    public List<(long Number, Lane Lane, decimal? Cost)> Twice { get; } = [];

    public List<BatchRecord> Batches { get; } = [];

    public SimulationTotals Totals { get; private set; } = null!;

    public VendorBill Bill { get; private set; } = null!;

    public static LeewayConfig Config { get; } = new()
    {
        Providers = new Dictionary<string, ProviderConfig> { ["openai"] = new() { ApiKey = new Secret("sk-test", "literal") } },
    };

    public static SimulationScene Play(IEnumerable<SimulatedRequest> arrivals, ISimulatedVendor vendor, LeewayConfig? config = null, int seed = 1)
    {
        var scene = new SimulationScene();
        using SimulatedGateway gateway = SimulatedGateway.Create(
            new SimulationSetup(config ?? Config, PriceCatalog.BuiltIn, vendor) { Seed = seed, Start = Start, Observer = scene });
        scene.Totals = gateway.Run(arrivals);
        scene.Bill = gateway.Bill;
        return scene;
    }

    /// <summary>Poisson arrivals of several presets, from a seed.</summary>
    public static IEnumerable<SimulatedRequest> Traffic(int count, double perSecond, int seed, TimeSpan? deadline = null)
    {
        var random = new Random(seed);
        DateTimeOffset at = Start;
        for (int i = 0; i < count; i++)
        {
            at += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / perSecond);
            double kind = random.NextDouble();
            Priority priority = kind < 0.05 ? Priority.Urgent : kind < 0.7 ? Priority.Standard : Priority.Low;
            yield return new SimulatedRequest(
                i, at, at + (deadline ?? (priority == Priority.Low ? TimeSpan.FromHours(24) : TimeSpan.FromHours(1 + (3 * random.NextDouble())))), Models[random.Next(Models.Length)],
                200 + random.Next(2000), 20 + random.Next(400))
            { Priority = priority, CachedTokens = random.Next(100), Team = Teams[random.Next(Teams.Length)] };
        }
    }

    /// <summary>Of everything heard, in order.</summary>
    public string Hash()
    {
        var text = new StringBuilder();
        Outcomes.ForEach(outcome => text.Append(outcome.ToString()).Append('\n'));
        Twice.ForEach(twice => text.Append(twice.ToString()).Append('\n'));
        Batches.ForEach(batch => text.Append(batch.ToString()).Append('\n'));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    public void Ended(in SimulatedOutcome outcome) => Outcomes.Add(outcome);

    public void PaidTwice(long number, Lane lane, decimal? cost) => Twice.Add((number, lane, cost));

    public void BatchEnded(BatchRecord batch) => Batches.Add(batch);
}
