using System.Globalization;
using System.Text.Json;

namespace Leeway.Economics.Compute;

/// <summary>
/// Reads the catalogue's file shape: <c>{"instances":[{"name","effective_from","source","hardware","per_hour","spot_discount","reserved_discount"}],
/// "serverless":[{"name","effective_from","source","per_gb_second","per_cpu_second","per_request","cold_start_seconds"}],
/// "off_peak":[{"name","effective_from","source","from","to","discount"}]}</c>. Money is USD; what is only known within bounds is
/// <c>[least, most]</c>, a share from 0 to 1 or seconds.
/// </summary>
internal static class ComputeFile
{
    // Dearer than any rack by orders of magnitude: such a figure is a mistake in the unit.
    private const decimal MaxPrice = 1_000_000m;
    private const decimal MaxColdStart = 3600m;

    private static readonly string[] s_top = ["version", "sources", "notes", "instances", "serverless", "off_peak"];
    private static readonly string[] s_instance = ["name", "effective_from", "source", "hardware", "per_hour", "spot_discount", "reserved_discount"];
    private static readonly string[] s_serverless = ["name", "effective_from", "source", "per_gb_second", "per_cpu_second", "per_request", "cold_start_seconds"];
    private static readonly string[] s_window = ["name", "effective_from", "source", "from", "to", "discount"];

    /// <exception cref="ComputeCatalogException">It is no catalogue.</exception>
    public static ComputeCatalog Read(Stream json, string file)
    {
        using JsonDocument document = Parse(json, file);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new ComputeCatalogException(file, "", "must be an object with the lists 'instances', 'serverless' and 'off_peak'.");
        }

        RefuseUnknown(root, s_top, file, "");
        return new ComputeCatalog(
            Entries(root, "instances", s_instance, file, entry => new ComputeInstance
            {
                Name = entry.Name,
                EffectiveFrom = entry.Date(),
                Source = entry.Text("source"),
                Hardware = entry.Text("hardware"),
                PerHour = entry.Number("per_hour", MaxPrice) ?? throw entry.Wrong("per_hour", "is missing; write USD an hour, such as 1.41."),
                SpotDiscount = entry.Bounds("spot_discount", 1),
                ReservedDiscount = entry.Bounds("reserved_discount", 1),
            }),
            Entries(root, "serverless", s_serverless, file, entry => new ServerlessPrice
            {
                Name = entry.Name,
                EffectiveFrom = entry.Date(),
                Source = entry.Text("source"),
                PerGbSecond = entry.Number("per_gb_second", MaxPrice),
                PerCpuSecond = entry.Number("per_cpu_second", MaxPrice),
                PerRequest = entry.Number("per_request", MaxPrice),
                ColdStartSeconds = entry.Bounds("cold_start_seconds", MaxColdStart) ?? Between.Exactly(0),
            }),
            Entries(root, "off_peak", s_window, file, entry => new OffPeakWindow
            {
                Name = entry.Name,
                EffectiveFrom = entry.Date(),
                Source = entry.Text("source"),
                From = entry.Time("from"),
                To = entry.Time("to"),
                Discount = entry.Bounds("discount", 1) ?? throw entry.Wrong("discount", "is missing; write a share such as 0.5 or [0.3, 0.6]."),
            }));
    }

    private static JsonDocument Parse(Stream json, string file)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 8 });
        }
        catch (JsonException e)
        {
            throw new ComputeCatalogException(file, "", $"is not valid JSON: {e.Message}", e);
        }
    }

    private static List<T> Entries<T>(JsonElement root, string list, string[] fields, string file, Func<Entry, T> read)
    {
        var entries = new List<T>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (!root.TryGetProperty(list, out JsonElement items))
        {
            return entries;
        }

        if (items.ValueKind != JsonValueKind.Array)
        {
            throw new ComputeCatalogException(file, list, "must be a list.");
        }

        foreach ((int index, JsonElement item) in items.EnumerateArray().Index())
        {
            string at = string.Create(CultureInfo.InvariantCulture, $"{list}[{index}]");
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("name", out JsonElement name) || name.ValueKind != JsonValueKind.String || name.GetString()!.Length == 0)
            {
                throw new ComputeCatalogException(file, at, "must be an object with a 'name'.");
            }

            var entry = new Entry(item, name.GetString()!, file, at);
            RefuseUnknown(item, fields, file, $"{at} '{entry.Name}'");
            entries.Add(seen.Add(entry.Name) ? read(entry) : throw entry.Wrong("name", "is given twice."));
        }

        return entries;
    }

    // A misspelt field would otherwise read as not charged.
    private static void RefuseUnknown(JsonElement element, string[] known, string file, string at)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                throw new ComputeCatalogException(file, at, $"'{property.Name}' is not a known field; known are {string.Join(", ", known)}.");
            }
        }
    }

    private readonly record struct Entry(JsonElement Element, string Name, string File, string At)
    {
        public ComputeCatalogException Wrong(string field, string problem) => new(File, $"{At} '{Name}':", $"'{field}' {problem}");

        public string? Text(string field) => Element.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(field, "must be a text.")
            : null;

        public DateOnly Date() => DateOnly.TryParseExact(Text("effective_from"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? date
            : throw Wrong("effective_from", "must be a date such as 2026-08-21.");

        public TimeOnly Time(string field) => TimeOnly.TryParseExact(Text(field), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time)
            ? time
            : throw Wrong(field, "must be a time of day such as 02:00.");

        public decimal? Number(string field, decimal most) => Element.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? Number(field, value, most)
            : null;

        public Between? Bounds(string field, decimal most)
        {
            if (!Element.TryGetProperty(field, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            {
                return null;
            }

            if (value.ValueKind != JsonValueKind.Array)
            {
                return Between.Exactly(Number(field, value, most));
            }

            decimal[] bounds = new decimal[value.GetArrayLength()];
            foreach ((int i, JsonElement bound) in value.EnumerateArray().Index())
            {
                bounds[i] = Number(field, bound, most);
            }

            return bounds.Length == 2 && bounds[0] <= bounds[1] ? new Between(bounds[0], bounds[1]) : throw Wrong(field, "must be one number or [least, most].");
        }

        private decimal Number(string field, JsonElement value, decimal most) =>
            value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal number) && number >= 0 && number <= most
                ? number
                : throw Wrong(field, $"is {value.GetRawText()}; it must be a number from 0 to {most.ToString(CultureInfo.InvariantCulture)}.");
    }
}
