using System.Globalization;
using System.Text.Json;

namespace Leeway.Economics.Import;

/// <summary>
/// One row of litellm's price list: a model with prices per token, as numbers, numbers in quotes, or null.
/// <list type="number">
/// <item>The row is one, its mode is known, and its name can be a model's.</item>
/// <item>Every price of a class of tokens is a number that can be one.</item>
/// <item>The price at once is whole: what the mode uses is priced.</item>
/// <item>The batch lane is as listed, else by the vendor's rule, else unknown; flex and priority are as listed or unknown.</item>
/// </list>
/// </summary>
internal static class LiteLlmRow
{
    private const decimal Million = 1_000_000m;

    private static readonly string[] s_answering = ["chat", "completion", "responses"];

    private static readonly string[] s_modes =
    [
        .. s_answering, "embedding", "image_generation", "image_edit", "video_generation", "audio_transcription", "audio_speech", "moderation", "rerank", "realtime", "search",
        "vector_store", "ocr", "batch",
    ];

    // Charged beside tokens.
    private static readonly string[] s_uncounted =
        ["input_cost_per_request", "input_cost_per_query", "citation_cost_per_token", "search_context_cost_per_query", "input_cost_per_image", "output_cost_per_image"];

    public static ImportedPrice Read(string model, JsonElement row, string source, DateTimeOffset from)
    {
        // 1.
        if (model == "sample_spec")
        {
            throw new Refusal("not_a_model", "explains the list and is no model");
        }

        if (row.ValueKind != JsonValueKind.Object)
        {
            throw new Refusal("not_an_object", $"is a JSON {row.ValueKind}, not an object");
        }

        if (model.Length is 0 or > 200 || model.Any(char.IsControl) || model.Trim() != model)
        {
            throw new Refusal("bad_name", "has a name that is not 1 to 200 characters without control characters or spaces at its edges");
        }

        string mode = Mode(row);

        // 2.
        Dictionary<(string Suffix, long Above), Dictionary<string, decimal>> lanes = Prices(row);

        // 3.
        LanePrice realTime = Lane(lanes, "", null) ?? throw NoPrice(row);
        if (realTime.Input is null || (realTime.Output is null && s_answering.Contains(mode)))
        {
            throw realTime.Input is null && realTime.Output is null ? NoPrice(row)
                : new Refusal("incomplete", $"has no {(realTime.Input is null ? LiteLlmKey.Input : LiteLlmKey.Output)}, so that an answer's cost could not be told");
        }

        // 4.
        BatchDiscount? rule = BatchDiscounts.Find(Text(row, "litellm_provider") ?? "", model, mode);
        rule = rule?.Endpoint is { } endpoint && !HasEndpoint(row, endpoint) ? null : rule;
        LanePrice? batch = Lane(lanes, "batches", realTime);
        BatchOrigin origin = batch is not null ? BatchOrigin.Listed : rule is not null ? BatchOrigin.ByRule : BatchOrigin.Unknown;
        if (rule is not null)
        {
            batch = batch is null ? rule.Apply(realTime) : Completed(batch, lanes, rule, realTime);
        }

        string[] uncounted = [.. s_uncounted.Where(key => row.TryGetProperty(key, out JsonElement value) && IsCharge(value))];
        string also = uncounted.Length > 0 ? $"; charges beside tokens are not counted: {string.Join(", ", uncounted)}" : "";
        return new ImportedPrice(
            new ModelPrice
            {
                Model = model,
                Version = $"{source}:{model}@{PriceFileWriter.Date(from)}",
                EffectiveFrom = from,
                Source = $"{source}{(origin == BatchOrigin.ByRule ? "; batch by rule: " + rule!.Source : "")}{also}",
                RealTime = realTime,
                Batch = batch,
                Flex = Lane(lanes, "flex", realTime),
                PriorityTier = Lane(lanes, "priority", realTime),
            },
            origin,
            PriceImport.IsFree(realTime),
            uncounted);
    }

    private static string Mode(JsonElement row)
    {
        if (!row.TryGetProperty("mode", out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return "chat";
        }

        string? mode = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return mode is not null && s_modes.Contains(mode) ? mode : throw new Refusal("unknown_mode", $"has the mode {Shown(value)}, which is not known; known are {string.Join(", ", s_modes)}");
    }

    private static Dictionary<(string Suffix, long Above), Dictionary<string, decimal>> Prices(JsonElement row)
    {
        var lanes = new Dictionary<(string, long), Dictionary<string, decimal>>();
        foreach (JsonProperty property in row.EnumerateObject())
        {
            if (LiteLlmKey.TryParse(property.Name, out LiteLlmKey key) && Number(property) is { } perToken)
            {
                if (!lanes.TryGetValue((key.Suffix, key.Above), out Dictionary<string, decimal>? classes))
                {
                    lanes.Add((key.Suffix, key.Above), classes = new Dictionary<string, decimal>(StringComparer.Ordinal));
                }

                classes[key.Name] = ExactDecimal.Trimmed(perToken * Million);
            }
        }

        return lanes;
    }

    private static decimal? Number(JsonProperty property)
    {
        JsonElement value = property.Value;
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        decimal number = 0;
        bool read = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDecimal(out number),
            JsonValueKind.String => decimal.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number),
            _ => false,
        };
        if (!read)
        {
            throw new Refusal("not_a_number", $"has {property.Name} = {Shown(value)}, which is not a number");
        }

        return number switch
        {
            < 0 => throw new Refusal("negative", $"has {property.Name} = {Shown(value)}, which is less than zero"),
            > PriceFile.MaxPrice / Million => throw new Refusal("too_large", $"has {property.Name} = {Shown(value)}, more than a dollar a token; litellm's prices are per token, not per million"),
            _ => number,
        };
    }

    /// <summary>The lane's price; null when it has none. A long input that the lane does not price and the price at once does is unknown.</summary>
    private static LanePrice? Lane(Dictionary<(string Suffix, long Above), Dictionary<string, decimal>> lanes, string suffix, LanePrice? realTime)
    {
        if (!lanes.TryGetValue((suffix, 0), out Dictionary<string, decimal>? classes))
        {
            return null;
        }

        LongContextPrice? longer = null;
        foreach (long above in Bounds(lanes, suffix, realTime).OrderDescending())
        {
            LanePrice price = lanes.TryGetValue((suffix, above), out Dictionary<string, decimal>? dear) ? Price(dear) : new LanePrice(null, null, null, null);
            longer = new LongContextPrice(above, price with { LongContext = longer });
        }

        return Price(classes) with { LongContext = longer };
    }

    private static HashSet<long> Bounds(Dictionary<(string Suffix, long Above), Dictionary<string, decimal>> lanes, string suffix, LanePrice? realTime)
    {
        HashSet<long> bounds = [.. lanes.Keys.Where(key => key.Suffix == suffix && key.Above > 0 && lanes[key].ContainsKey(LiteLlmKey.Input)).Select(key => key.Above)];
        for (LongContextPrice? longer = realTime?.LongContext; longer is not null; longer = longer.Price.LongContext)
        {
            bounds.Add(longer.Above);
        }

        return bounds;
    }

    private static LanePrice Price(Dictionary<string, decimal> classes)
    {
        return new LanePrice(Of(LiteLlmKey.Input), Of(LiteLlmKey.CachedInput), Of(LiteLlmKey.CacheWrite), Of(LiteLlmKey.Output))
        {
            CacheWriteHour = Of(LiteLlmKey.CacheWriteHour),
            Reasoning = Of(LiteLlmKey.Reasoning),
            AudioInput = Of(LiteLlmKey.AudioInput),
            AudioOutput = Of(LiteLlmKey.AudioOutput),
        };

        decimal? Of(string key) => classes.TryGetValue(key, out decimal price) ? price : null;
    }

    /// <summary>A listed batch price with what the vendor's rule adds: the cache, and a long input that the list leaves out.</summary>
    private static LanePrice Completed(LanePrice batch, Dictionary<(string Suffix, long Above), Dictionary<string, decimal>> lanes, BatchDiscount rule, LanePrice realTime)
    {
        LongContextPrice? longer = realTime.LongContext is { } dear && !lanes.Keys.Any(key => key is { Suffix: "batches", Above: > 0 })
            ? new LongContextPrice(dear.Above, rule.Apply(dear.Price))
            : batch.LongContext;
        return rule.WithCache(batch, realTime) with { LongContext = longer };
    }

    // A row that tells none may have any.
    private static bool HasEndpoint(JsonElement row, string wanted) =>
        !row.TryGetProperty("supported_endpoints", out JsonElement endpoints) || endpoints.ValueKind != JsonValueKind.Array
        || endpoints.EnumerateArray().Any(endpoint => endpoint.ValueKind == JsonValueKind.String && endpoint.GetString() == wanted);

    private static Refusal NoPrice(JsonElement row)
    {
        string? other = row.EnumerateObject().Where(property => property.Name.Contains("cost", StringComparison.Ordinal) && IsCharge(property.Value)).Select(property => property.Name).FirstOrDefault();
        return new Refusal("no_price", other is null ? "has no price" : $"has no price per token; it is priced by {other}");
    }

    private static bool IsCharge(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => !value.TryGetDecimal(out decimal number) || number != 0,
        JsonValueKind.Object => true,
        _ => false,
    };

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Shown(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= 60 ? text : text[..60] + "…";
    }

    /// <summary>Why a row is no price.</summary>
    internal sealed class Refusal(string code, string reason) : Exception(reason)
    {
        public string Code { get; } = code;
    }
}
