using Leeway.Economics.Monitoring;

namespace Leeway.Load.Urgency;

/// <summary>Senders with planted labels. Everything is drawn from one seed.</summary>
internal sealed class PlantedSenders(int seed)
{
    /// <summary>When the generated window ends: nothing is open then.</summary>
    public static readonly DateTimeOffset End = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan s_tight = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_loose = TimeSpan.FromHours(24);

#pragma warning disable CA5394 // Repeatable, not secret.
    private readonly Random _random = new(seed);

    /// <summary>A share between two bounds.</summary>
    public double Share(double low, double high) => low + ((high - low) * _random.NextDouble());

    /// <summary>The results of one sender.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="results">How many.</param>
    /// <param name="odd">The share of results that do not fit an honest sender of what it declares.</param>
    public EndedRequest[] Results(PlantedKind kind, int results, double odd)
    {
        bool tight = kind is PlantedKind.HonestTight or PlantedKind.Over;
        TimeSpan allowed = tight ? s_tight : s_loose;
        var made = new EndedRequest[results];
        for (int i = 0; i < results; i++)
        {
            DateTimeOffset finished = End.AddDays(-30).AddMinutes(10.0 * i);
            bool isOdd = _random.NextDouble() < odd;
            TimeSpan delay = tight == isOdd ? Later(tight ? TimeSpan.FromMinutes(6) : UrgencyRule.Fast) : Soon(tight ? 4 : 0.5, tight ? TimeSpan.FromMinutes(1) : UrgencyRule.Fast);
            made[i] = new EndedRequest(
                "sender", "model", tight ? Priority.Standard : Priority.Low, Lane.Batch, RequestState.Succeeded, finished - (allowed / 2), finished + (allowed / 2), finished,
                finished + delay, PickupWay.Poll);
        }

        return made;
    }

    // Lognormal seconds, cut at what counts as late or no longer fast.
    private TimeSpan Soon(double median, TimeSpan below)
    {
        double normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        return TimeSpan.FromSeconds(Math.Min(median * Math.Exp(0.7 * normal), below.TotalSeconds * 0.99));
    }

    // Somewhere after the bound, half an hour on average.
    private TimeSpan Later(TimeSpan after) => after + TimeSpan.FromSeconds(0.1 - (1800 * Math.Log(1 - _random.NextDouble())));
#pragma warning restore CA5394
}
