namespace Leeway.Economics.Import;

/// <summary>What an imported price would do to a catalogue.</summary>
public enum PriceChangeKind
{
    /// <summary>The model has no price yet.</summary>
    Added,

    /// <summary>The model has another price at that instant.</summary>
    Changed,

    /// <summary>The model has the same price at that instant.</summary>
    Unchanged,
}

/// <summary>One imported price beside what the catalogue says.</summary>
/// <param name="Kind">What it would do.</param>
/// <param name="Imported">The new one.</param>
/// <param name="Before">The one in force when the new one begins; null when there is none.</param>
public sealed record PriceChange(PriceChangeKind Kind, ImportedPrice Imported, ModelPrice? Before)
{
    /// <summary>Each imported price with its change, in the import's order.</summary>
    /// <param name="catalog">What the prices are added to.</param>
    /// <param name="import">The new ones.</param>
    public static IReadOnlyList<PriceChange> Of(PriceCatalog catalog, PriceImport import) => [.. import.Prices.Select(imported => Of(catalog, imported, import.IsPartial))];

    private static PriceChange Of(PriceCatalog catalog, ImportedPrice imported, bool isPartial)
    {
        ModelPrice price = imported.Price;

        // By the exact name: a price found under another one is no price of this name.
        ModelPrice? known = catalog.Find(price.Model, price.EffectiveFrom);
        ModelPrice? before = known?.Model == price.Model ? known : null;
        if (isPartial && known is not null)
        {
            price = Completed(price, known);
            imported = imported with { Price = price };
        }

        PriceChangeKind kind = before is null ? PriceChangeKind.Added
            : (before.RealTime, before.Batch, before.Flex, before.PriorityTier, before.EffectiveTo) == (price.RealTime, price.Batch, price.Flex, price.PriorityTier, price.EffectiveTo)
                && OffPeakPrice.Same(before.OffPeak, price.OffPeak) ? PriceChangeKind.Unchanged
            : PriceChangeKind.Changed;
        return new PriceChange(kind, imported, before);
    }

    // Where the price of input and output has not moved, what the list does not mention is as it was known.
    private static ModelPrice Completed(ModelPrice price, ModelPrice before) => !IsAsBefore(price.RealTime, before.RealTime) ? price : price with
    {
        RealTime = Completed(price.RealTime, before.RealTime)!,
        Batch = Completed(price.Batch, before.Batch),
        Flex = Completed(price.Flex, before.Flex),
        PriorityTier = Completed(price.PriorityTier, before.PriorityTier),
        OffPeak = price.OffPeak ?? before.OffPeak,
    };

    private static LanePrice? Completed(LanePrice? lane, LanePrice? before) => lane is null ? before : before is null || !IsAsBefore(lane, before) ? lane : lane with
    {
        CachedInput = lane.CachedInput ?? before.CachedInput,
        CacheWrite = lane.CacheWrite ?? before.CacheWrite,
        CacheWriteHour = lane.CacheWriteHour ?? before.CacheWriteHour,
        Reasoning = lane.Reasoning ?? before.Reasoning,
        AudioInput = lane.AudioInput ?? before.AudioInput,
        AudioOutput = lane.AudioOutput ?? before.AudioOutput,
        LongContext = Completed(lane.LongContext, before.LongContext),
    };

    private static LongContextPrice? Completed(LongContextPrice? longer, LongContextPrice? before) =>
        longer is null ? before : longer.Above == before?.Above ? longer with { Price = Completed(longer.Price, before.Price)! } : longer;

    private static bool IsAsBefore(LanePrice lane, LanePrice before) => (lane.Input, lane.Output) == (before.Input, before.Output);

    /// <summary>
    /// The entries of a catalogue file after an import: what is there stays, what the import adds or changes is appended, and an entry of the
    /// same model and instant is replaced.
    /// </summary>
    public static IReadOnlyList<ModelPrice> Apply(IEnumerable<ModelPrice> file, IEnumerable<PriceChange> changes)
    {
        var entries = file.ToDictionary(price => (price.Model, price.EffectiveFrom));
        foreach (PriceChange change in changes.Where(change => change.Kind != PriceChangeKind.Unchanged))
        {
            entries[(change.Imported.Price.Model, change.Imported.Price.EffectiveFrom)] = change.Imported.Price;
        }

        return [.. entries.Values.OrderBy(price => price.Model, StringComparer.Ordinal).ThenBy(price => price.EffectiveFrom)];
    }
}
