using Leeway.Economics.Scenarios.Figures;

namespace Leeway.Economics.Scenarios.Parts;

/// <summary>Requests at a provider's API, paid by the token.</summary>
public sealed record TokenPart : ScenarioPart
{
    private static readonly LanePrice s_free = new(0, 0, 0, 0);
    private static readonly Figure s_tokensPerMillion = Figure.Constant(1_000_000, Unit.Token / Unit.MillionTokens);

    /// <summary>As asked for.</summary>
    public required string Model { get; init; }

    /// <summary>Null: nobody knows it.</summary>
    public required ModelPrice? Price { get; init; }

    /// <summary>A known model of a similar name; null when the price is known or nothing is similar.</summary>
    public string? SimilarModel { get; init; }

    public required TokenLane Lane { get; init; }

    /// <summary>Whether the prefix that the workload names is cached at the provider.</summary>
    public bool CachesPrefix { get; init; }

    public override string Label => $"{Serves?.Name} by {Word(Lane)}{(CachesPrefix ? ", prefix cached" : "")}, {Model}";

    /// <summary>The lane's price; null when unknown.</summary>
    public LanePrice? LanePrice => Lane switch
    {
        TokenLane.Cache => s_free,
        TokenLane.Batch => Price?.Batch,
        TokenLane.Flex => Price?.Flex,
        TokenLane.Priority => Price?.PriorityTier,
        _ => Price?.RealTime,
    };

    /// <summary><c>batch</c>, <c>real time</c>, ….</summary>
    public static string Word(TokenLane lane) => lane switch
    {
        TokenLane.RealTime => "real time",
        TokenLane.Cache => "the response cache",
        _ => lane.ToString().ToLowerInvariant(),
    };

    public override IEnumerable<string> Notes()
    {
        if (Price is null && Lane != TokenLane.Cache)
        {
            yield return $"no price of '{Model}' is known{(SimilarModel is null ? "" : $"; did you mean '{SimilarModel}'?")}";
        }
        else if (LanePrice is null)
        {
            yield return $"'{Model}' has no known price by {Word(Lane)}";
        }
        else if (CachesPrefix && LanePrice.CachedInput is null)
        {
            yield return $"'{Model}' has no known price for cached input by {Word(Lane)}; it is charged as input";
        }
    }

    private protected override Figure Charge(Billing billing)
    {
        Workload workload = Serves!;
        Figure requests = Requests();
        if (!CachesPrefix || workload.Cache is not { } cache)
        {
            return billing.Span.Of(Charges(requests, new TokenUsage(workload.InputTokens, 0, 0, workload.OutputTokens, 0), "")).Named("tokens");
        }

        Figure writes = Figure.Given("requests that write the cache", cache.WritesPerDay, Unit.Request / Unit.Day);
        writes = Share == 1 ? writes : writes * Figure.Given("share", Share, Unit.None);
        var writing = new TokenUsage(workload.InputTokens, 0, cache.PrefixTokens, workload.OutputTokens, 0) { CacheWriteHour = cache.ForAnHour ? cache.PrefixTokens : 0 };
        var reading = new TokenUsage(workload.InputTokens, cache.PrefixTokens, 0, workload.OutputTokens, 0);
        Figure perDay = Figure.Sum([Charges(writes, writing, " of writers").Named("requests that write the cache"), Charges(requests - writes, reading, " of readers").Named("requests that read the cache")]);
        return billing.Span.Of(perDay).Named("tokens");
    }

    private Figure Charges(Figure requests, TokenUsage usage, string of)
    {
        if (LanePrice is not { } price)
        {
            return requests * Figure.Given($"price of {Model} by {Word(Lane)}", null, Unit.Usd / Unit.Request, "unknown");
        }

        var amounts = new List<Figure>();
        foreach (TokenCharge charge in CostArithmetic.Charges(price, usage))
        {
            if (charge.Tokens == 0)
            {
                continue;
            }

            Figure tokens = Figure.Given($"{charge.Class} tokens of a request", charge.Tokens, Unit.Token / Unit.Request);
            Figure rate = Figure.Given($"{charge.Class} price", charge.PerMillion, Unit.Usd / Unit.MillionTokens, Source(charge));
            amounts.Add((requests * tokens / s_tokensPerMillion * rate).Named(charge.Class + of));
        }

        return amounts.Count == 0 ? requests * Figure.Constant(0, Unit.Usd / Unit.Request) : Figure.Sum(amounts);
    }

    private string Source(TokenCharge charge) => charge.PerMillion is null
        ? $"no {charge.Class} price of {Model} by {Word(Lane)} is known"
        : Lane == TokenLane.Cache ? "an answer from the response cache costs no tokens" : $"{Word(Lane)} price {Price!.Version}{(Price.Source is { } source ? $" ({source})" : "")}";
}
