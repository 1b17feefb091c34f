namespace Leeway.Economics.Decisions;

/// <summary>Puts a price on a profile.</summary>
internal static class StakeArithmetic
{
    public static MoneyAtStake Of(WorkloadProfile profile, Verdict verdict, IPriceCatalog prices, DateTimeOffset at)
    {
        if (profile.Model is not { } model)
        {
            return Unknown("no model is named");
        }

        if (profile.RequestsPerDay is not { } requests)
        {
            return Unknown("the volume is not known");
        }

        if (profile.Tokens is not { } tokens)
        {
            return Unknown("the tokens of a request are not known");
        }

        ModelPrice? price = prices.Find(model, model.LastIndexOf('/') + 1, at);
        if (price is null)
        {
            return Unknown($"no price of '{model}' is known");
        }

        decimal urgent = (decimal)(requests * profile.Urgent) * MoneyAtStake.Days;
        decimal rest = ((decimal)requests * MoneyAtStake.Days) - urgent;
        decimal? atOnce = CostArithmetic.CostOf(price.RealTime, tokens);
        decimal? realTime = atOnce * (urgent + rest);
        decimal? split = Parted(price.Batch);
        return new MoneyAtStake(realTime, split, Parted(price.Flex), verdict == Verdict.RealTime ? realTime : split, Why());

        decimal? Parted(LanePrice? lane) => rest == 0 ? realTime : (atOnce * urgent) + (CostArithmetic.CostOf(lane, tokens) * rest);

        string? Why() =>
            realTime is null ? $"'{model}' has no price for some of these tokens" :
            split is null ? $"'{model}' has no price in batches" : null;
    }

    private static MoneyAtStake Unknown(string why) => new(null, null, null, null, why);
}
