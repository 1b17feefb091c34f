using System.Globalization;
using System.Text.Json;

namespace Leeway.Economics;

/// <summary>Reads and writes the part <c>off_peak</c> of a price in the catalogue's file shape.</summary>
internal static class OffPeakFile
{
    private const string Name = "off_peak";
    private const string TimeFormat = "HH:mm";

    private static readonly string[] s_fields = ["windows", "real_time", "batch", "flex", "priority"];
    private static readonly string[] s_windowFields = ["from", "to", "tz"];

    /// <summary>What an entry says of some hours of the day, or null.</summary>
    /// <exception cref="PriceCatalogException">It is none.</exception>
    public static OffPeakPrice? Read(JsonElement entry, string file, string model)
    {
        if (!entry.TryGetProperty(Name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new PriceCatalogException(file, model, Name, "must be an object with windows and lanes.");
        }

        PriceFile.RefuseUnknownFields(value, s_fields, Name + ".", file, model);
        var price = new OffPeakPrice(ReadWindows(value, file, model), PriceFile.ReadLane(value, "real_time", file, model))
        {
            Batch = PriceFile.ReadLane(value, "batch", file, model),
            Flex = PriceFile.ReadLane(value, "flex", file, model),
            PriorityTier = PriceFile.ReadLane(value, "priority", file, model),
        };
        return (price.RealTime ?? price.Batch ?? price.Flex ?? price.PriorityTier) is not null
            ? price
            : throw new PriceCatalogException(file, model, Name, "prices no lane, so nothing differs in those hours.");
    }

    /// <summary>Writes the hours.</summary>
    public static void WriteWindows(Utf8JsonWriter json, OffPeakPrice price)
    {
        json.WriteStartArray("windows");
        foreach (WindowConfig window in price.Windows)
        {
            json.WriteStartObject();
            json.WriteString("from", window.From.ToString(TimeFormat, CultureInfo.InvariantCulture));
            json.WriteString("to", window.To.ToString(TimeFormat, CultureInfo.InvariantCulture));
            json.WriteString("tz", window.Tz);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static List<WindowConfig> ReadWindows(JsonElement value, string file, string model)
    {
        if (!value.TryGetProperty("windows", out JsonElement windows) || windows.ValueKind != JsonValueKind.Array || windows.GetArrayLength() == 0)
        {
            throw new PriceCatalogException(file, model, Name + ".windows", "must be a list of hours such as {\"from\": \"16:30\", \"to\": \"00:30\", \"tz\": \"UTC\"}.");
        }

        var read = new List<WindowConfig>();
        foreach (JsonElement window in windows.EnumerateArray())
        {
            string at = string.Create(CultureInfo.InvariantCulture, $"{Name}.windows[{read.Count}]");
            if (window.ValueKind != JsonValueKind.Object)
            {
                throw new PriceCatalogException(file, model, at, "must be an object with from, to and tz.");
            }

            PriceFile.RefuseUnknownFields(window, s_windowFields, at + ".", file, model);
            string? zone = PriceFile.ReadText(window, "tz", file, model);

            // A catalogue is read on many machines, so that nobody's own zone may be meant.
            if (zone is null || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            {
                throw new PriceCatalogException(file, model, at + ".tz", "must be an IANA time zone that this system knows, such as UTC or Asia/Shanghai.");
            }

            TimeOnly from = ReadTime(window, "from", at, file, model);
            TimeOnly to = ReadTime(window, "to", at, file, model);
            read.Add(from != to
                ? new WindowConfig { From = from, To = to, Tz = zone }
                : throw new PriceCatalogException(file, model, at, "from and to are the same time."));
        }

        return read;
    }

    private static TimeOnly ReadTime(JsonElement window, string field, string at, string file, string model) =>
        TimeOnly.TryParseExact(PriceFile.ReadText(window, field, file, model), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time)
            ? time
            : throw new PriceCatalogException(file, model, $"{at}.{field}", "must be a time of day such as 16:30.");
}
