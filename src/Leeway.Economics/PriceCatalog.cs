using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Leeway.Economics;

/// <summary>Dated prices by model. Immutable.</summary>
/// <remarks>
/// A source tells the day on which it saw a price, seldom the day on which the price began; so a model's first entry also answers for the
/// time before it, and a replayed trace is priced at the oldest known price.
/// </remarks>
public sealed class PriceCatalog : IPriceCatalog
{
    private const string BuiltInName = "builtin";

    // Names that are listed under another one are few in a configuration, but a client may make up dated ones.
    private const int MostRemembered = 4096;

    private static readonly Lazy<PriceCatalog> s_builtIn = new(ReadBuiltIn);

    // Oldest first.
    private readonly FrozenDictionary<string, ModelPrice[]> _byModel;
    private readonly FrozenDictionary<string, ModelPrice[]>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly ConcurrentDictionary<(string Name, int Prefix), ModelPrice[]> _remembered = [];

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

    /// <inheritdoc/>
    public IReadOnlyList<string> Models { get; }

    /// <inheritdoc/>
    public long Revision => 0;

    /// <summary>Every price, by model, oldest first.</summary>
    public IEnumerable<ModelPrice> All => Models.SelectMany(model => _byModel[model]);

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
    /// <c>claude-haiku-4-5@20251001</c>), by the name without its date; else, for a region's profile at Bedrock (<c>eu.…</c>), by the name
    /// without the region; else null.
    /// </summary>
    public ModelPrice? Find(string model, DateTimeOffset at) => Find(model, 0, at);

    /// <inheritdoc/>
    public ModelPrice? Find(string name, int prefix, DateTimeOffset at) =>
        _byModel.TryGetValue(name, out ModelPrice[]? prices) || _remembered.TryGetValue((name, prefix), out prices) || TryResolve(name, prefix, out prices)
            ? InForce(prices, at)
            : null;

    /// <summary>Every dated price of the name, oldest first, found as <see cref="Find(string, int, DateTimeOffset)"/> finds it; empty when unknown.</summary>
    public IReadOnlyList<ModelPrice> History(string name, int prefix = 0) =>
        _byModel.TryGetValue(name, out ModelPrice[]? prices) || TryResolve(name, prefix, out prices) ? prices : [];

    private bool TryResolve(string name, int prefix, out ModelPrice[] prices)
    {
        ReadOnlySpan<char> model = name.AsSpan(prefix);
        bool found = _bySpan.TryGetValue(ModelNames.WithoutDate(name), out prices!)
            || _bySpan.TryGetValue(model, out prices!)
            || _bySpan.TryGetValue(ModelNames.WithoutDate(model), out prices!)
            || _bySpan.TryGetValue(ModelNames.WithoutRegion(model), out prices!);
        if (found && _remembered.Count < MostRemembered)
        {
            _remembered.TryAdd((name, prefix), prices);
        }

        return found;
    }

    private static ModelPrice? InForce(ModelPrice[] prices, DateTimeOffset at)
    {
        for (int i = prices.Length - 1; i >= 0; i--)
        {
            if ((i == 0 || prices[i].EffectiveFrom <= at) && (prices[i].EffectiveTo is not { } end || at < end))
            {
                return prices[i];
            }
        }

        return null;
    }

    private static PriceCatalog ReadBuiltIn()
    {
        const string resource = "Leeway.Economics.Prices.builtin.json";
        using Stream json = typeof(PriceCatalog).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource {resource} is missing from this build.");
        return new PriceCatalog(PriceFile.Read(json, "Prices/builtin.json", BuiltInName));
    }
}
