using System.Collections.Frozen;

namespace Leeway.Economics;

/// <summary>Dated prices by model. Immutable.</summary>
/// <remarks>
/// A source tells the day on which it saw a price, seldom the day on which the price began; so a model's first entry also answers for the
/// time before it, and a replayed trace is priced at the oldest known price. Surcharges for very long prompts are in the notes of the
/// built-in file and not in the figures.
/// </remarks>
public sealed class PriceCatalog : IPriceCatalog
{
    private const string BuiltInName = "builtin";

    private static readonly Lazy<PriceCatalog> s_builtIn = new(ReadBuiltIn);

    // Oldest first.
    private readonly FrozenDictionary<string, ModelPrice[]> _byModel;
    private readonly FrozenDictionary<string, ModelPrice[]>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    public PriceCatalog(IEnumerable<ModelPrice> prices)
    {
        _byModel = prices.GroupBy(price => price.Model, StringComparer.Ordinal).ToFrozenDictionary(
            group => group.Key,
            group => group.OrderBy(price => price.EffectiveFrom).ToArray(),
            StringComparer.Ordinal);
        _bySpan = _byModel.GetAlternateLookup<ReadOnlySpan<char>>();
        Models = [.. _byModel.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>The catalogue that ships with this build.</summary>
    public static PriceCatalog BuiltIn => s_builtIn.Value;

    public IReadOnlyList<string> Models { get; }

    /// <summary>Reads a catalogue file.</summary>
    /// <param name="json">The file's content.</param>
    /// <param name="file">Its path, for errors; its name begins the version of each price.</param>
    /// <exception cref="PriceCatalogException">The content is not a catalogue.</exception>
    public static PriceCatalog Load(Stream json, string file) =>
        new(PriceFile.Read(json, file, Path.GetFileName(file)));

    /// <summary>From its first entry for a model on, <paramref name="extra"/> alone speaks for that model; all else stays.</summary>
    public PriceCatalog MergedWith(PriceCatalog extra) => new(
        _byModel.Values.SelectMany(prices => prices)
            .Where(price => !extra._byModel.TryGetValue(price.Model, out ModelPrice[]? others) || price.EffectiveFrom < others[0].EffectiveFrom)
            .Concat(extra._byModel.Values.SelectMany(prices => prices)));

    /// <summary>
    /// By exact name; else, for the name of a dated snapshot (<c>gpt-4o-2024-08-06</c>, <c>claude-haiku-4-5-20251001</c>,
    /// <c>claude-haiku-4-5@20251001</c>), by the name without its date; else null.
    /// </summary>
    public ModelPrice? Find(string model, DateTimeOffset at)
    {
        if (!_byModel.TryGetValue(model, out ModelPrice[]? prices)
            && !_bySpan.TryGetValue(SnapshotName.WithoutDate(model), out prices))
        {
            return null;
        }

        for (int i = prices.Length - 1; i > 0; i--)
        {
            if (prices[i].EffectiveFrom <= at)
            {
                return prices[i];
            }
        }

        return prices[0];
    }

    private static PriceCatalog ReadBuiltIn()
    {
        const string resource = "Leeway.Economics.Prices.builtin.json";
        using Stream json = typeof(PriceCatalog).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource {resource} is missing from this build.");
        return new PriceCatalog(PriceFile.Read(json, "Prices/builtin.json", BuiltInName));
    }
}
