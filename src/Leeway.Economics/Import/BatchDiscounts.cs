using System.Text.Json;

namespace Leeway.Economics.Import;

/// <summary>The vendors' batch discounts that ship with this build, from <c>Prices/batch-discounts.json</c>.</summary>
public static class BatchDiscounts
{
    private const string Resource = "Leeway.Economics.Prices.batch-discounts.json";

    private static readonly Lazy<IReadOnlyList<BatchDiscount>> s_all = new(Read);

    /// <summary>In order; the first that covers a model decides.</summary>
    public static IReadOnlyList<BatchDiscount> All => s_all.Value;

    /// <summary>The rule for a model, or null: its batch price is unknown.</summary>
    /// <param name="provider">litellm's <c>litellm_provider</c>, e.g. <c>vertex_ai-language-models</c>.</param>
    /// <param name="model">The row's name, with or without the vendor's prefix.</param>
    /// <param name="mode">litellm's <c>mode</c>.</param>
    public static BatchDiscount? Find(string provider, string model, string mode)
    {
        string vendor = provider.Split('-', 2)[0];
        string own = model.StartsWith(vendor + "/", StringComparison.Ordinal) ? model[(vendor.Length + 1)..] : model;
        return All.FirstOrDefault(rule => rule.Covers(vendor, own, mode));
    }

    private static IReadOnlyList<BatchDiscount> Read()
    {
        using Stream json = typeof(BatchDiscounts).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"The resource {Resource} is missing from this build.");
        using JsonDocument document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("discounts").EnumerateArray().Select(Read)];
    }

    private static BatchDiscount Read(JsonElement rule) => new(
        Texts(rule, "vendors"),
        Texts(rule, "models"),
        Texts(rule, "except"),
        Texts(rule, "modes"),
        rule.TryGetProperty("endpoint", out JsonElement endpoint) ? endpoint.GetString() : null,
        rule.GetProperty("factor").GetDecimal(),
        rule.GetProperty("cached_input").GetString() switch
        {
            "none" => BatchCachedInput.None,
            "scaled" => BatchCachedInput.Scaled,
            "real_time" => BatchCachedInput.RealTime,
            var other => throw new InvalidOperationException($"{Resource}: cached_input '{other}' is not known."),
        },
        rule.GetProperty("source").GetString()!);

    private static string[] Texts(JsonElement rule, string name) =>
        rule.TryGetProperty(name, out JsonElement list) ? [.. list.EnumerateArray().Select(text => text.GetString()!)] : [];
}
