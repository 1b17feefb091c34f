namespace Leeway.Economics;

/// <summary>
/// When deployments cost less: what a plan asks before it lets a request wait for a cheaper hour. Prices are compared by what three input
/// tokens and one output token cost, or the input alone where output has no price. Pure but for the catalogue.
/// </summary>
public sealed class CheapHours(IPriceCatalog prices)
{
    private static readonly TokenUsage s_mixed = new(3000, 0, 0, 1000, 0);
    private static readonly TokenUsage s_inputAlone = new(3000, 0, 0, 0, 0);

    /// <summary>Whether a deployment costs something else at some hours of the day.</summary>
    public bool Differ(Deployment deployment, DateTimeOffset now) => prices.DatedPriceOf(deployment, now)?.OffPeak is not null;

    /// <summary>The first instant after <paramref name="now"/> and before <paramref name="until"/> at which a lane costs less than now; null when there is none.</summary>
    /// <param name="deployment">Whose prices.</param>
    /// <param name="lane">The lane it would travel by.</param>
    /// <param name="now">The price at this instant is the one to beat.</param>
    /// <param name="until">The last moment at which it may begin: waiting for a price never costs a deadline.</param>
    public DateTimeOffset? NextCheaper(Deployment deployment, Lane lane, DateTimeOffset now, DateTimeOffset until) =>
        NextChange(deployment, lane, now, until, static (then, present) => then < present);

    /// <summary>The first instant after <paramref name="now"/> and before <paramref name="until"/> at which a lane costs more than now; null when there is none.</summary>
    public DateTimeOffset? NextDearer(Deployment deployment, Lane lane, DateTimeOffset now, DateTimeOffset until) =>
        NextChange(deployment, lane, now, until, static (then, present) => then > present);

    /// <summary>What a lane costs at an instant as a share of real time at ordinary hours; null where one of them has no price.</summary>
    public decimal? RelativePriceAt(Deployment deployment, Lane lane, DateTimeOffset at) =>
        prices.DatedPriceOf(deployment, at) is { } price && Figure(price.At(at).For(lane)) is { } figure && Figure(price.RealTime) is > 0 and var usual
            ? figure / usual
            : null;

    private DateTimeOffset? NextChange(Deployment deployment, Lane lane, DateTimeOffset now, DateTimeOffset until, Func<decimal, decimal, bool> isWanted)
    {
        if (prices.DatedPriceOf(deployment, now) is not { OffPeak: { } hours } price || Figure(price.At(now).For(lane)) is not { } present)
        {
            return null;
        }

        for (DateTimeOffset at = hours.NextChange(now); at < until; at = hours.NextChange(at))
        {
            if (Figure(price.At(at).For(lane)) is { } then && isWanted(then, present))
            {
                return at;
            }

            // Every span has come round once in two days: nothing new can follow.
            if (at - now > TimeSpan.FromDays(2))
            {
                return null;
            }
        }

        return null;
    }

    private static decimal? Figure(LanePrice? price) => CostArithmetic.CostOf(price, s_mixed) ?? CostArithmetic.CostOf(price, s_inputAlone);
}
