using System.Text.Json;

namespace Leeway.Economics.Import;

/// <summary>How an imported price came by its batch lane.</summary>
public enum BatchOrigin
{
    /// <summary>It has none: nobody says what a batch costs.</summary>
    Unknown,

    /// <summary>The file lists it.</summary>
    Listed,

    /// <summary>The vendor's rule was applied to the price at once.</summary>
    ByRule,
}

/// <summary>A row that became a price.</summary>
/// <param name="Price">The price.</param>
/// <param name="Batch">Where its batch lane comes from.</param>
/// <param name="IsFree">Every token costs nothing, which a list also writes where it does not know.</param>
/// <param name="Uncounted">Keys of what the model charges beside its tokens, such as requests and searches.</param>
public sealed record ImportedPrice(ModelPrice Price, BatchOrigin Batch, bool IsFree, IReadOnlyList<string> Uncounted);

/// <summary>A row that did not.</summary>
/// <param name="Model">The row's name.</param>
/// <param name="Code">Why, for programs: <c>no_price</c>, <c>not_a_number</c>, …</param>
/// <param name="Reason">Why, for people.</param>
public sealed record RefusedPrice(string Model, string Code, string Reason);

/// <summary>A price list from elsewhere, row by row.</summary>
/// <param name="Prices">What can be used.</param>
/// <param name="Refused">What cannot, each with its reason.</param>
/// <param name="IsPartial">Whether the list is silent about tiers and classes that it does not know, rather than denying them.</param>
public sealed record PriceImport(IReadOnlyList<ImportedPrice> Prices, IReadOnlyList<RefusedPrice> Refused, bool IsPartial)
{
    /// <summary>
    /// Reads a price list: litellm's, an object of models, or a catalogue file of our own, which has <c>prices</c> and dates of its own.
    /// </summary>
    /// <param name="json">The content.</param>
    /// <param name="file">Its path, for errors and as the prices' source.</param>
    /// <param name="from">When prices without a date begin.</param>
    /// <exception cref="PriceCatalogException">It is no price list at all.</exception>
    public static PriceImport Read(Stream json, string file, DateTimeOffset from)
    {
        using JsonDocument document = Parse(json, file);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new PriceCatalogException(file, null, null, $"is a JSON {root.ValueKind}; it must be an object of models as litellm writes it, or a catalogue with 'prices'.");
        }

        return root.TryGetProperty("prices", out JsonElement prices) && prices.ValueKind == JsonValueKind.Array
            ? ReadCatalogue(root, file)
            : ReadLiteLlm(root, file, from);
    }

    private static PriceImport ReadCatalogue(JsonElement root, string file)
    {
        List<RefusedPrice> refused = [];
        List<ModelPrice> prices = PriceFile.Read(root, file, Path.GetFileName(file), problem => refused.Add(new RefusedPrice(problem.Model ?? "–", "bad_entry", problem.Problem)));
        return new PriceImport(
            [.. prices.Select(price => new ImportedPrice(price, price.Batch is null ? BatchOrigin.Unknown : BatchOrigin.Listed, IsFree(price.RealTime), []))],
            refused,
            IsPartial: false);
    }

    private static PriceImport ReadLiteLlm(JsonElement root, string file, DateTimeOffset from)
    {
        var imported = new List<ImportedPrice>();
        var refused = new List<RefusedPrice>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string source = Path.GetFileName(file);
        foreach (JsonProperty row in root.EnumerateObject())
        {
            try
            {
                imported.Add(seen.Add(row.Name)
                    ? LiteLlmRow.Read(row.Name, row.Value, source, from)
                    : throw new LiteLlmRow.Refusal("given_twice", "is given twice; the first one counts"));
            }
            catch (LiteLlmRow.Refusal refusal)
            {
                refused.Add(new RefusedPrice(row.Name, refusal.Code, refusal.Message));
            }
        }

        return new PriceImport(imported, refused, IsPartial: true);
    }

    internal static bool IsFree(LanePrice price) => price is { Input: 0, Output: 0 or null };

    // Rows may repeat a name, which is told row by row.
    private static JsonDocument Parse(Stream json, string file)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 16 });
        }
        catch (JsonException e)
        {
            throw new PriceCatalogException(file, null, null, $"is not valid JSON: {e.Message}", e);
        }
    }
}
