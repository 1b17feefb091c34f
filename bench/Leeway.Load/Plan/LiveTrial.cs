using System.Globalization;
using Leeway.Economics;
using Leeway.Load.Reporting;
using Leeway.Simulation;
using Leeway.Simulation.Stages;
using Leeway.Simulation.Traces;
using Leeway.Traces;

namespace Leeway.Load.Plan;

/// <summary>The same trace through a running gateway with the sandbox, at 60 times the speed, and through the simulator under the same law and luck.</summary>
internal static class LiveTrial
{
    private const double Speed = 60;
    private const int Requests = 600;
    private const string Model = "gpt-4o-mini";
    private static readonly TimeSpan s_span = TimeSpan.FromHours(3);

    /// <summary>Runs both and writes the table; whether money is within 1 % and the wait within 5 %.</summary>
    public static async Task<bool> RunAsync(Report report, int seed)
    {
        (string name, IReadOnlyList<TraceRequest> trace) = PlanTrace.Azure();
        trace = [.. trace.Take(Requests)];
        double scale = (trace[^1].AtMicros - trace[0].AtMicros) / 1e6 / s_span.TotalSeconds;
        var traffic = Traffic.Of(name, trace, DeadlineClass.ParseMix("45m:1,2h:1,6h:1"), seed, scale: scale);
        await using LiveGateway live = await LiveGateway.StartAsync(Speed, seed, new LiveLaw(seed));
        string[] ids = await SendAsync(live, traffic);
        Dictionary<string, TimeSpan> waits = await EndAsync(live, ids);
        IReadOnlyList<LiveEntry> entries = await live.EntriesAsync();
        ILookup<string, LiveEntry> paid = entries.ToLookup(static entry => entry.Request);

        var heard = new Waits(Requests);
        using var gateway = SimulatedGateway.Create(new SimulationSetup(live.Config, PriceCatalog.BuiltIn, new LiveLaw(seed)) { Observer = heard, Seed = seed, Start = Simulator.Start });
        SimulationTotals simulated = gateway.Run(traffic.Requests.Select((request, number) => new SimulatedRequest(
            number, Simulator.Start + request.At, Simulator.Start + request.At + traffic.Classes[request.Class].Wait, Model, paid[ids[number]].First().InputTokens, paid[ids[number]].First().OutputTokens)));

        double[] measured = [.. ids.Select(id => waits[id].TotalSeconds).Order()];
        (double Live, double Simulated) money = ((double)entries.Sum(static entry => entry.Cost), (double)simulated.Cost);
        (double Live, double Simulated) p50 = (At(measured, 0.5), At(heard.Sorted, 0.5)), p95 = (At(measured, 0.95), At(heard.Sorted, 0.95));
        int rescued = entries.Count(static entry => entry.Lane == "realtime");
        bool holds = Math.Abs(Off(money)) <= 0.01 && Math.Abs(Off(p95)) <= 0.05;
        report.Line("## Simulator beside a running gateway").Line()
            .Line(Text($"{Requests} requests of {name} spread over {s_span.TotalHours:0} h, deadlines 45 min, 2 h and 6 h, through the gateway and the sandbox over HTTP at {Speed:0} times the speed, and through the simulator: the same configuration, the same turnaround for the n-th batch (healthy law, seed {seed}), the token counts that the sandbox's answers had.")).Line()
            .Line("| | live | simulator | off |").Line("|---|--:|--:|--:|")
            .Line(Text($"| money, USD | {money.Live:0.000000} | {money.Simulated:0.000000} | {100 * Off(money):+0.00;−0.00} % (≤ 1 %) |"))
            .Line(Text($"| wait P95, s | {p95.Live:0} | {p95.Simulated:0} | {100 * Off(p95):+0.0;−0.0} % (≤ 5 %) |"))
            .Line(Text($"| wait P50, s | {p50.Live:0} | {p50.Simulated:0} | {100 * Off(p50):+0.0;−0.0} % |"))
            .Line(Text($"| batches | {await live.BatchesAsync()} | {simulated.Batches} | |"))
            .Line(Text($"| paid in real time | {rescued} | {heard.InRealTime} | |")).Line();
        return holds;
    }

    private static async Task<string[]> SendAsync(LiveGateway live, Traffic traffic)
    {
        var ids = new string[Requests];
        var sending = new Task[Requests];
        DateTimeOffset begin = live.Clock.GetUtcNow();
        for (int i = 0; i < Requests; i++)
        {
            TrafficRequest request = traffic.Requests[i];
            if (begin + request.At - live.Clock.GetUtcNow() is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, live.Clock);
            }

            int number = i;
            string prompt = Text($"Request {number}: ") + string.Join(' ', Enumerable.Repeat("word", Math.Max(1, request.InputTokens)));
            sending[i] = Task.Run(async () => ids[number] = await live.SendAsync(Model, prompt, traffic.Classes[request.Class].Wait));
        }

        await Task.WhenAll(sending);
        return ids;
    }

    // Until every request has ended, and then until late batches have billed what was rescued from them.
    private static async Task<Dictionary<string, TimeSpan>> EndAsync(LiveGateway live, string[] ids)
    {
        while (true)
        {
            Dictionary<string, TimeSpan> waits = await live.WaitsAsync();
            if (ids.All(waits.ContainsKey))
            {
                await Task.Delay(TimeSpan.FromHours(4), live.Clock);
                return waits;
            }

            await Task.Delay(TimeSpan.FromMinutes(2), live.Clock);
        }
    }

    private static double Off((double Live, double Simulated) pair) => (pair.Simulated / pair.Live) - 1;

    private static double At(double[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Waits(int count) : ISimulationObserver
    {
        private readonly double[] _seconds = new double[count];

        public int InRealTime { get; private set; }

        public double[] Sorted => [.. _seconds.Order()];

        public void Ended(in SimulatedOutcome outcome)
        {
            _seconds[outcome.Number] = outcome.Wait.TotalSeconds;
            InRealTime += outcome.Lane == Lane.RealTime ? 1 : 0;
        }

        public void PaidTwice(long number, Lane lane, decimal? cost) => InRealTime += lane == Lane.RealTime ? 1 : 0;

        public void BatchEnded(BatchRecord batch)
        {
        }
    }
}
