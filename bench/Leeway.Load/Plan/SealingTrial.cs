using Leeway.Economics;
using Leeway.Sandbox.Laws;
using Leeway.Simulation.Bounds;
using Leeway.Traces;

namespace Leeway.Load.Plan;

/// <summary>
/// The rule of <c>seal: adaptive</c> beside the clairvoyant and the best fixed timer: on recorded arrivals, on even and bursty made ones, and on
/// arrivals of an adversary who sees the rule. A request's waiting costs one unit a second, a batch K; K is set so that the best size of a batch is the
/// one named.
/// </summary>
internal static class SealingTrial
{
    private const int Most = 200_000;

    private static readonly double[] s_sizes = [2, 5, 10, 30, 100];

    /// <summary>Runs all of it.</summary>
    /// <param name="data">The folder of public traces; where it is absent, only made arrivals are run.</param>
    /// <param name="seed">Of made arrivals, and of where in a coarse clock's tick recorded ones come.</param>
    /// <param name="count">Arrivals of each made stream.</param>
    /// <param name="longest">Whether ServeGen's day is run too, whose reading alone takes most of a minute.</param>
    public static IReadOnlyList<SealingRow> Run(string data, int seed, int count = 20_000, bool longest = true)
    {
        var rows = new List<SealingRow>();
        foreach ((string name, double[] arrivals) in Recorded(data, seed, longest))
        {
            rows.AddRange(s_sizes.Select(size => Row(name, "real", arrivals, size)));
        }

        foreach (double size in s_sizes)
        {
            rows.Add(Row("Poisson", "even", Poisson(count, seed), size));
            rows.Add(Row("two rates, 0.2 and 3 times the mean", "bursty", Bursty(count, seed, size), size));
        }

        foreach ((double spite, double calm) in new[] { (1.0, 0.0), (0.7, 0.5), (0.5, 0.0), (0.9, 0.1) })
        {
            double[] arrivals = [.. SealReplay.Adversary(1, count / 4, seed, spite, calm)];
            rows.Add(Of($"adversary, spite {spite}, calm {calm}", "adversarial", arrivals, 1));
        }

        return rows;
    }

    /// <summary>Gaps of one mean, a unit each.</summary>
    public static double[] Poisson(int count, int seed)
    {
        var random = new SeededRandom(seed, "even");
        var arrivals = new double[count];
        double at = 0;
        for (int i = 0; i < count; i++)
        {
            arrivals[i] = at += -Math.Log(1 - random.NextDouble());
        }

        return arrivals;
    }

    /// <summary>A Markov-modulated Poisson stream of mean rate one: 3 times for about twenty best batches, then 0.2 times.</summary>
    public static double[] Bursty(int count, int seed, double size)
    {
        var random = new SeededRandom(seed, "bursty");
        double Exponential(double mean) => -mean * Math.Log(1 - random.NextDouble());

        // 2/7 of the time fast, so that the mean is one: 3 · 2/7 + 0.2 · 5/7.
        (double fast, double slow) = (20 * size / 3, 20 * size / 3 * 2.5);
        var arrivals = new double[count];
        (double at, bool isFast) = (0, false);
        double change = Exponential(slow);
        for (int i = 0; i < count;)
        {
            double next = at + Exponential(1 / (isFast ? 3 : 0.2));
            if (next > change)
            {
                (at, isFast) = (change, !isFast);
                change = at + Exponential(isFast ? fast : slow);
                continue;
            }

            arrivals[i++] = at = next;
        }

        return arrivals;
    }

    private static IEnumerable<(string Name, double[] Arrivals)> Recorded(string data, int seed, bool longest)
    {
        foreach ((string name, string file) in new[]
        {
            ("azure-llm-2023", "azure-llm-2023/AzureLLMInferenceTrace_conv.csv.gz"),
            ("mooncake", "mooncake/conversation_trace.jsonl.gz"),
            ("servegen", "servegen/deepseek-r1.tar.gz"),
        })
        {
            string path = Path.Combine(data, file);
            if (File.Exists(path) && (longest || name != "servegen"))
            {
                var options = new TraceOptions { Prices = PriceCatalog.BuiltIn, PricesAt = DateTimeOffset.UnixEpoch, Seed = seed };

                // Arrivals of a coarse clock, as Mooncake's of three seconds, come spread over its tick.
                IReadOnlyList<TraceRequest> requests = TraceRequests.Read([path], options, null, CancellationToken.None).Requests;
                yield return (name, [.. requests.Take(Most).Select(request => request.AtMicros / 1e6)]);
            }
        }
    }

    private static SealingRow Row(string name, string kind, double[] arrivals, double size)
    {
        // B = √(2λK) turned around.
        double rate = arrivals.Length / (arrivals[^1] - arrivals[0]);
        return Of(name, kind, arrivals, size * size / (2 * rate));
    }

    private static SealingRow Of(string name, string kind, double[] arrivals, double jobCost)
    {
        double rate = arrivals.Length / (arrivals[^1] - arrivals[0]);
        double best = SealReplay.Clairvoyant(arrivals, jobCost);
        return new SealingRow(
            name,
            kind,
            Math.Sqrt(2 * rate * jobCost),
            SealReplay.RuleCost(arrivals, jobCost) / best,
            SealReplay.BestTimerCost(arrivals, jobCost) / best,
            SealReplay.TimerCost(arrivals, jobCost, Math.Sqrt(2 * jobCost / rate)) / best);
    }
}
