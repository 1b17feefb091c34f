using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Laws;

namespace Leeway.Simulation.Laws;

/// <summary>How long a real-time call takes: drawn from measured calls where there are any, else lognormal.</summary>
internal sealed class LatencyLaw
{
    private const double MedianSeconds = 3;
    private const double Sigma = 0.6;

    private readonly Draws _draws;
    private readonly double[] _measured;

    private LatencyLaw(int seed, double[] measured, string assumes)
    {
        _draws = new Draws(seed, "latency");
        (_measured, Assumes) = (measured, assumes);
    }

    public string Assumes { get; }

    /// <summary>The law without measurements.</summary>
    public static LatencyLaw Lognormal(int seed) => new(seed, [], string.Create(
        CultureInfo.InvariantCulture, $"real time: latency lognormal, median {MedianSeconds:0} s, sigma {Sigma:0.0}."));

    /// <summary>Reads LLMPerf's files of single calls: a list of objects with <c>end_to_end_latency_s</c> and <c>error_code</c>.</summary>
    /// <param name="files">Their texts.</param>
    /// <param name="seed">The run's.</param>
    /// <exception cref="FormatException">No file holds a call that succeeded.</exception>
    public static LatencyLaw Measured(IEnumerable<string> files, int seed)
    {
        var seconds = new List<double>();
        foreach (string text in files)
        {
            using JsonDocument calls = JsonDocument.Parse(text);
            foreach (JsonElement call in calls.RootElement.EnumerateArray())
            {
                if (call.GetProperty("error_code").ValueKind == JsonValueKind.Null && call.GetProperty("end_to_end_latency_s").GetDouble() is > 0 and var latency)
                {
                    seconds.Add(latency);
                }
            }
        }

        if (seconds.Count == 0)
        {
            throw new FormatException("The files hold no call that succeeded.");
        }

        seconds.Sort();
        return new LatencyLaw(seed, [.. seconds], string.Create(
            CultureInfo.InvariantCulture,
            $"real time: latency drawn from {seconds.Count} measured calls (LLMPerf leaderboard), median {seconds[seconds.Count / 2]:0.0} s, longest {seconds[^1]:0.0} s."));
    }

    /// <summary>The latency of one call.</summary>
    /// <param name="request">The request's number: it takes as long whenever it is called.</param>
    public TimeSpan Latency(long request)
    {
        SeededRandom random = _draws.For(request);
        return TimeSpan.FromSeconds(_measured.Length == 0 ? random.NextLognormal(MedianSeconds, Sigma) : _measured[random.NextInt(_measured.Length)]);
    }
}
