using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.BreakEvens;

/// <summary>Writing a prefix into the provider's cache against sending it anew each time.</summary>
/// <remarks>
/// Per token of the prefix and in units of the input price, n requests in R runs (each run begins with a cold cache) cost w·R + r·(n − R) with
/// the cache and n without. Anthropic charges w = 1.25 for five minutes, 2 for an hour, and r = 0.1 (documentation of mid-2026).
/// </remarks>
/// <param name="Write">w, what a written token costs, the input price being 1.</param>
/// <param name="Read">r, what a read token costs.</param>
public sealed record CacheBreakEven(decimal Write, decimal Read)
{
    /// <summary>From a price list; null when a price is unknown, or reading is no cheaper than sending.</summary>
    public static CacheBreakEven? Of(LanePrice? price, bool forAnHour = false) =>
        price is { Input: > 0, CachedInput: { } read } && (forAnHour ? price.CacheWriteHour : price.CacheWrite) is { } write && read < price.Input
            ? new CacheBreakEven(write / price.Input.Value, read / price.Input.Value)
            : null;

    /// <summary>n/R* = (w − r)/(1 − r): the requests per run from which on caching costs less; 1.28 for five minutes at Anthropic, 2.11 for an hour.</summary>
    public Figure RequestsPerWrite => Figure.Formula("requests per write", (Write - Read) / (1 - Read), Unit.None, "(w − r)/(1 − r)", W, R);

    /// <summary>
    /// g* = T / ln((w − r)/(1 − r)): with requests at random (Poisson), the mean gap below which caching costs less, since a run then holds
    /// e^(T/g) requests on average. Without a value where a single request already pays (w ≤ 1).
    /// </summary>
    /// <param name="keptMinutes">T, how long the cache keeps a prefix after it was last read.</param>
    public Figure MeanGap(decimal keptMinutes)
    {
        decimal perRun = RequestsPerWrite.Value!.Value;
        return Figure.Formula(
            "mean gap in minutes", perRun > 1 ? keptMinutes / (decimal)Math.Log((double)perRun) : null, Unit.None, "T/ln((w − r)/(1 − r))", W, R, Figure.Given("T", keptMinutes, Unit.None));
    }

    /// <summary>P* = r/(w − r): a request that only keeps the prefix warm pays iff the next real one comes in time with more than this probability.</summary>
    public Figure PingProbability => Figure.Formula("probability of a use in time", Write > Read ? Read / (Write - Read) : null, Unit.None, "r/(w − r)", W, R);

    /// <summary>
    /// R₅/R₆₀* = (w₆₀ − r)/(w₅ − r): keep prefixes for an hour iff the short time starts more than so many times as many runs; 1.65 at Anthropic.
    /// </summary>
    public static Figure RunsForAnHour(CacheBreakEven fiveMinutes, CacheBreakEven hour) => Figure.Formula(
        "runs at five minutes per run at an hour", fiveMinutes.Write > fiveMinutes.Read ? (hour.Write - hour.Read) / (fiveMinutes.Write - fiveMinutes.Read) : null, Unit.None, "(w₆₀ − r)/(w₅ − r)",
        Figure.Given("w₆₀", hour.Write, Unit.None), Figure.Given("w₅", fiveMinutes.Write, Unit.None), hour.R);

    private Figure W => Figure.Given("w", Write, Unit.None);

    private Figure R => Figure.Given("r", Read, Unit.None);
}
