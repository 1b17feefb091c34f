using Leeway.Economics;
using Leeway.Sandbox.Laws;
using Leeway.Simulation.Stages;
using Leeway.Simulation.Vendors;

namespace Leeway.Load.Plan;

/// <summary>How fast a trace goes through the production stages.</summary>
/// <param name="Requests">Replayed.</param>
/// <param name="Seconds">Of processor time.</param>
/// <param name="Events">Of the loop.</param>
/// <param name="Batches">Collected.</param>
/// <param name="Rescued">Requests taken out of a batch.</param>
/// <param name="MostOpen">Requests open at once.</param>
/// <param name="Allocated">Bytes allocated in all.</param>
internal sealed record ReplayFigures(long Requests, double Seconds, long Events, long Batches, long Rescued, int MostOpen, long Allocated)
{
    /// <summary>Requests a second, from arrival to collected result.</summary>
    public double PerSecond => Requests / Seconds;
}

/// <summary>Poisson arrivals of one deployment with an hour's slack, some with a day's, under the sandbox's healthy law.</summary>
/// <param name="requests">How many.</param>
/// <param name="low">The share with a day's slack, sealed in their nightly window.</param>
/// <param name="perSecond">Arrivals a second of virtual time.</param>
/// <param name="seed">Of arrivals and laws.</param>
internal sealed class ReplayTrial(long requests, double low, double perSecond, int seed) : ISimulatedVendor
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private readonly TurnaroundLaw _law = TurnaroundLaw.Parse("healthy");

    /// <summary>Runs once.</summary>
    public ReplayFigures Run()
    {
        var config = new LeewayConfig
        {
            Providers = new Dictionary<string, ProviderConfig> { ["openai"] = new() { ApiKey = new Secret("sk-simulated", "literal") } },
        };
        using SimulatedGateway gateway = SimulatedGateway.Create(new SimulationSetup(config, PriceCatalog.BuiltIn, this) { Seed = seed, Start = s_start });
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan begun = Environment.CpuUsage.TotalTime;
        SimulationTotals totals = gateway.Run(Arrivals());
        double seconds = (Environment.CpuUsage.TotalTime - begun).TotalSeconds;
        return new ReplayFigures(
            totals.Ended, seconds, totals.Events, totals.Batches, totals.Rescued, totals.MostOpen, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    /// <summary>Bytes held for each request that is open and queued: the production index and the simulator's store together.</summary>
    /// <param name="open">How many wait at once.</param>
    public static double BytesPerOpen(int open)
    {
        var trial = new ReplayTrial(open, 0, double.PositiveInfinity, 1);
        var config = new LeewayConfig
        {
            Providers = new Dictionary<string, ProviderConfig> { ["openai"] = new() { ApiKey = new Secret("sk-simulated", "literal") } },
        };
        using SimulatedGateway gateway = SimulatedGateway.Create(new SimulationSetup(config, PriceCatalog.BuiltIn, trial) { Start = s_start });
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long held = 0;
        gateway.Run(trial.Arrivals().Select(request =>
        {
            // The last one is not open yet when it is asked for.
            if (request.Number == open - 1)
            {
                held = GC.GetTotalMemory(forceFullCollection: true) - before;
            }

            return request;
        }));
        return held / (double)(open - 1);
    }

    public BatchFate DrawBatch(in BatchSubmission submission) =>
        new(_law.Draw(new SeededRandom(seed, "batch", (ulong)submission.Job))) { CancelLag = TimeSpan.FromMinutes(1) };

    public CallFate DrawCall(in SimulatedCall call) => new(TimeSpan.FromSeconds(new SeededRandom(seed, "call", (ulong)call.Number).NextLognormal(3, 0.6)));

    private IEnumerable<SimulatedRequest> Arrivals()
    {
        var random = new SeededRandom(seed, "arrivals");
        DateTimeOffset at = s_start;
        for (long i = 0; i < requests; i++)
        {
            at += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / perSecond);
            bool waits = random.NextDouble() < low;
            yield return new SimulatedRequest(i, at, at + TimeSpan.FromHours(waits ? 24 : 1), "gpt-4o-mini", 200 + random.NextInt(2000), 20 + random.NextInt(400))
            {
                Priority = waits ? Priority.Low : Priority.Standard,
            };
        }
    }
}
