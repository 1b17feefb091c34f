using System.Globalization;
using System.Text.Json;

namespace Leeway.Economics;

/// <summary>
/// Reads the catalogue's file shape:
/// <c>{"prices":[{"model","effective_from","effective_to","source","real_time","batch","flex","priority","off_peak"}]}</c>, each lane
/// <c>{"input","cached_input","cache_write","cache_write_1h","output","reasoning","audio_input","audio_output","long_context":{"above",…}}</c>
/// in USD per million tokens, null or absent where unknown. <c>"off_peak":{"windows":[{"from","to","tz"}],"real_time",…}</c> tells what lanes
/// cost in some hours of the day; a lane that is absent there costs what it costs at other hours.
/// </summary>
internal static class PriceFile
{
    // Dearer than any model by orders of magnitude: such a figure is a mistake in the unit.
    public const decimal MaxPrice = 1_000_000m;

    private static readonly string[] s_topFields = ["version", "sources", "notes", "prices"];
    private static readonly string[] s_entryFields =
        ["model", "aliases", "effective_from", "effective_to", "source", "real_time", "batch", "flex", "priority", "off_peak"];

    private static readonly string[] s_laneFields =
        ["input", "cached_input", "cache_write", "cache_write_1h", "output", "reasoning", "audio_input", "audio_output", "long_context"];

    private static readonly string[] s_longFields = ["above", .. s_laneFields];

    /// <summary>The prices in file order, one per name.</summary>
    /// <param name="json">The content.</param>
    /// <param name="file">Named by errors.</param>
    /// <param name="origin">Begins each price's version.</param>
    /// <exception cref="PriceCatalogException">It is no catalogue, or an entry is none.</exception>
    public static List<ModelPrice> Read(Stream json, string file, string origin)
    {
        using JsonDocument document = Parse(json, file);
        return Read(document.RootElement, file, origin, static problem => throw problem);
    }

    /// <summary>The same of a file that was parsed already; entries that are none go to <paramref name="refuse"/>.</summary>
    public static List<ModelPrice> Read(JsonElement root, string file, string origin, Action<PriceCatalogException> refuse)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("prices", out JsonElement prices) || prices.ValueKind != JsonValueKind.Array)
        {
            throw new PriceCatalogException(file, null, "prices", "must be a list of prices.");
        }

        RefuseUnknownFields(root, s_topFields, "", file, null);
        var result = new List<ModelPrice>(prices.GetArrayLength());
        var seen = new HashSet<(string, DateTimeOffset)>();
        int index = 0;
        foreach (JsonElement entry in prices.EnumerateArray())
        {
            try
            {
                foreach (ModelPrice price in ReadEntry(entry, index++, file, origin))
                {
                    if (!seen.Add((price.Model, price.EffectiveFrom)))
                    {
                        throw new PriceCatalogException(file, price.Model, "effective_from", $"is given twice for {price.EffectiveFrom:yyyy-MM-dd}.");
                    }

                    result.Add(price);
                }
            }
            catch (PriceCatalogException problem)
            {
                refuse(problem);
            }
        }

        return result;
    }

    /// <summary>Parses a price file.</summary>
    public static JsonDocument Parse(Stream json, string file)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions
            {
                AllowDuplicateProperties = false,
                AllowTrailingCommas = true,
                CommentHandling = JsonCommentHandling.Skip,
                MaxDepth = 12,
            });
        }
        catch (JsonException e)
        {
            throw new PriceCatalogException(file, null, null, $"is not valid JSON: {e.Message}", e);
        }
    }

    private static IEnumerable<ModelPrice> ReadEntry(JsonElement entry, int index, string file, string origin)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            throw new PriceCatalogException(file, null, $"prices[{index}]", "must be an object.");
        }

        string model = entry.TryGetProperty("model", out JsonElement name) && name.ValueKind == JsonValueKind.String && name.GetString() is { Length: > 0 } text
            ? text
            : throw new PriceCatalogException(file, null, $"prices[{index}].model", "must name the model.");
        RefuseUnknownFields(entry, s_entryFields, "", file, model);
        (DateTimeOffset from, string date) = ReadDate(entry, "effective_from", file, model)
            ?? throw NoDate("effective_from", file, model);
        DateTimeOffset? to = ReadDate(entry, "effective_to", file, model)?.At;
        if (to <= from)
        {
            throw new PriceCatalogException(file, model, "effective_to", $"must be later than effective_from ({date}).");
        }

        LanePrice realTime = ReadLane(entry, "real_time", file, model)
            ?? throw new PriceCatalogException(file, model, "real_time", "is missing; every price has a list price.");
        var price = new ModelPrice
        {
            Model = model,
            Version = $"{origin}:{model}@{date}",
            EffectiveFrom = from,
            EffectiveTo = to,
            Source = ReadText(entry, "source", file, model),
            RealTime = realTime,
            Batch = ReadLane(entry, "batch", file, model),
            Flex = ReadLane(entry, "flex", file, model),
            PriorityTier = ReadLane(entry, "priority", file, model),
            OffPeak = OffPeakFile.Read(entry, file, model),
        };
        yield return price;
        foreach (string alias in ReadAliases(entry, file, model))
        {
            yield return price with { Model = alias, Version = $"{origin}:{alias}@{date}" };
        }
    }

    private static List<string> ReadAliases(JsonElement entry, string file, string model)
    {
        if (!entry.TryGetProperty("aliases", out JsonElement aliases))
        {
            return [];
        }

        return aliases.ValueKind == JsonValueKind.Array && aliases.EnumerateArray().All(alias => alias.ValueKind == JsonValueKind.String)
            ? aliases.EnumerateArray().Select(alias => alias.GetString()!).ToList()
            : throw new PriceCatalogException(file, model, "aliases", "must be a list of model names.");
    }

    private static (DateTimeOffset At, string Text)? ReadDate(JsonElement entry, string field, string file, string model)
    {
        if (ReadText(entry, field, file, model) is not { } text)
        {
            return null;
        }

        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            ? (at, text)
            : throw NoDate(field, file, model);
    }

    private static PriceCatalogException NoDate(string field, string file, string model) =>
        new(file, model, field, "must be a date such as 2026-08-21 or an instant such as 2026-08-21T12:00:00Z.");

    internal static string? ReadText(JsonElement entry, string field, string file, string model)
    {
        if (!entry.TryGetProperty(field, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new PriceCatalogException(file, model, field, "must be a text.");
    }

    internal static LanePrice? ReadLane(JsonElement entry, string lane, string file, string model)
    {
        if (!entry.TryGetProperty(lane, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new PriceCatalogException(file, model, lane, "must be an object of prices per million tokens.");
        }

        RefuseUnknownFields(value, s_laneFields, lane + ".", file, model);
        return ReadPrice(value, lane, file, model);
    }

    private static LanePrice ReadPrice(JsonElement value, string at, string file, string model)
    {
        return new LanePrice(Field("input"), Field("cached_input"), Field("cache_write"), Field("output"))
        {
            CacheWriteHour = Field("cache_write_1h"),
            Reasoning = Field("reasoning"),
            AudioInput = Field("audio_input"),
            AudioOutput = Field("audio_output"),
            LongContext = ReadLongContext(value, $"{at}.long_context", file, model),
        };

        decimal? Field(string field)
        {
            if (!value.TryGetProperty(field, out JsonElement number) || number.ValueKind == JsonValueKind.Null)
            {
                return null;
            }

            return number.ValueKind == JsonValueKind.Number && number.TryGetDecimal(out decimal price) && price is >= 0 and <= MaxPrice
                ? price
                : throw new PriceCatalogException(file, model, $"{at}.{field}", $"is {number.GetRawText()}; it must be a number of USD per million tokens from 0 to {MaxPrice}, or null.");
        }
    }

    private static LongContextPrice? ReadLongContext(JsonElement lane, string at, string file, string model)
    {
        if (!lane.TryGetProperty("long_context", out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new PriceCatalogException(file, model, at, "must be an object of prices per million tokens with the bound 'above'.");
        }

        RefuseUnknownFields(value, s_longFields, at + ".", file, model);
        long above = value.TryGetProperty("above", out JsonElement bound) && bound.ValueKind == JsonValueKind.Number && bound.TryGetInt64(out long tokens) && tokens > 0
            ? tokens
            : throw new PriceCatalogException(file, model, $"{at}.above", "must be a number of input tokens, such as 200000.");
        LanePrice price = ReadPrice(value, at, file, model);
        return price.LongContext is null || price.LongContext.Above > above
            ? new LongContextPrice(above, price)
            : throw new PriceCatalogException(file, model, $"{at}.long_context.above", $"must be more than {above}, the bound around it.");
    }

    // A misspelt field would otherwise read as an unknown price.
    internal static void RefuseUnknownFields(JsonElement element, string[] known, string prefix, string file, string? model)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                throw new PriceCatalogException(file, model, prefix + property.Name, $"is not a known field; known are {string.Join(", ", known)}.");
            }
        }
    }
}
