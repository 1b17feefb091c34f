using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Leeway.Economics;

/// <summary>Writes prices in the catalogue's file shape, which <see cref="PriceCatalog.Load"/> reads.</summary>
public static class PriceFileWriter
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The whole file, in the order given; what is unknown is left out.</summary>
    public static void Write(Stream output, IEnumerable<ModelPrice> prices)
    {
        using var json = new Utf8JsonWriter(output, s_options);
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteStartArray("prices");
        foreach (ModelPrice price in prices)
        {
            Write(json, price);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>One price as an object of its own.</summary>
    public static void Write(Utf8JsonWriter json, ModelPrice price)
    {
        json.WriteStartObject();
        json.WriteString("model", price.Model);
        json.WriteString("effective_from", Date(price.EffectiveFrom));
        if (price.EffectiveTo is { } end)
        {
            json.WriteString("effective_to", Date(end));
        }

        if (price.Source is not null)
        {
            json.WriteString("source", price.Source);
        }

        WriteLane(json, "real_time", price.RealTime);
        WriteLane(json, "batch", price.Batch);
        WriteLane(json, "flex", price.Flex);
        WriteLane(json, "priority", price.PriorityTier);
        if (price.OffPeak is { } hours)
        {
            json.WriteStartObject("off_peak");
            OffPeakFile.WriteWindows(json, hours);
            WriteLane(json, "real_time", hours.RealTime);
            WriteLane(json, "batch", hours.Batch);
            WriteLane(json, "flex", hours.Flex);
            WriteLane(json, "priority", hours.PriorityTier);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>A day where the instant is midnight, else the second.</summary>
    public static string Date(DateTimeOffset at) =>
        at.UtcDateTime.ToString(at.UtcDateTime.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void WriteLane(Utf8JsonWriter json, string name, LanePrice? lane)
    {
        if (lane is not null)
        {
            json.WriteStartObject(name);
            WritePrices(json, lane);
            json.WriteEndObject();
        }
    }

    private static void WritePrices(Utf8JsonWriter json, LanePrice price)
    {
        foreach ((string name, decimal? amount) in price.Classes())
        {
            if (amount is { } known)
            {
                json.WriteNumber(name, known);
            }
        }

        if (price.LongContext is { } longer)
        {
            json.WriteStartObject("long_context");
            json.WriteNumber("above", longer.Above);
            WritePrices(json, longer.Price);
            json.WriteEndObject();
        }
    }
}
