using System.Collections.Concurrent;

namespace Leeway.Planning.Ladder;

/// <summary>A limit that the requests of a deployment share.</summary>
public enum SharedLimit
{
    /// <summary>Requests a minute in real time, flex included.</summary>
    Requests = 0,

    /// <summary>Tokens a minute in real time, flex included.</summary>
    Tokens = 1,

    /// <summary>Input tokens in open batches.</summary>
    Enqueued = 2,

    /// <summary>Tries of the flex lane in flight, over all deployments.</summary>
    FlexSlots = 3,
}

/// <summary>
/// What the shared limits of each deployment are worth, by dual ascent: <c>μ ← [μ + η (use / cap − 1)]⁺</c> at every update, so a limit that is
/// not reached costs nothing and one that is exceeded grows dearer until work goes elsewhere (drift plus penalty; the cost is within O(η) of
/// the best). At most the price of an answer in real time. Thread-safe.
/// </summary>
public sealed class ShadowPrices
{
    private const double Step = 0.02;

    // Prices are told in steps, so that plans are not made anew for nothing.
    private const double Grain = 0.02;

    // Coarser: slots are short for long where they are few, and their price wanders all the time.
    private const double SlotGrain = 0.05;

    private readonly ConcurrentDictionary<(string Deployment, SharedLimit Limit), double> _prices = new();
    private long _revision;

    /// <summary>Grows when a price that is told has changed.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    /// <summary>One step of the ascent; called at even intervals.</summary>
    /// <param name="deployment">Whose limit.</param>
    /// <param name="limit">Which.</param>
    /// <param name="use">What is used of it and waits for it.</param>
    /// <param name="cap">The limit, above zero, in the same unit.</param>
    public void Update(string deployment, SharedLimit limit, double use, double cap)
    {
        double before = _prices.GetValueOrDefault((deployment, limit));

        // A flood is not more than twice the limit, so that one look at it does not undo all plans.
        double after = Math.Clamp(before + (Step * (Math.Min(use / cap, 2) - 1)), 0, 1);
        _prices[(deployment, limit)] = after;
        double grain = GrainOf(limit);
        if (Told(before, grain) != Told(after, grain))
        {
            Interlocked.Increment(ref _revision);
        }
    }

    /// <summary>The prices of a deployment's limits.</summary>
    public ShadowPrice Of(string deployment) =>
        new(Told(deployment, SharedLimit.Requests), Told(deployment, SharedLimit.Tokens), Told(deployment, SharedLimit.Enqueued), Told(deployment, SharedLimit.FlexSlots));

    private double Told(string deployment, SharedLimit limit) => Told(_prices.GetValueOrDefault((deployment, limit)), GrainOf(limit));

    private static double GrainOf(SharedLimit limit) => limit == SharedLimit.FlexSlots ? SlotGrain : Grain;

    private static double Told(double price, double grain) => grain * Math.Floor(price / grain);
}
