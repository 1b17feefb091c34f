using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Leeway.Cli.Demo.Summary;

/// <summary>A summary as one JSON object: money as decimal strings in USD, waits in seconds of the demo's clock.</summary>
internal static class SummaryJson
{
    public static string Write(DemoSummary summary)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteBoolean("simulated", true);
            json.WriteNumber("seed", summary.Options.Seed);
            json.WriteNumber("time_scale", summary.Options.Scale);
            json.WriteNumber("virtual_hours", summary.Options.Hours);
            json.WriteNumber("drain_hours", Math.Round(summary.DrainHours, 3));
            WriteCounts(json, summary);
            json.WriteString("spent_usd", Money(summary.Total.Spent));
            json.WriteString("list_usd", Money(summary.Total.List));
            json.WriteString("saved_usd", Money(summary.Total.Saved));
            json.WriteString("sandbox_bill_usd", Money(summary.SandboxBill));
            json.WriteNumber("paid_twice", summary.Total.Duplicates);
            json.WriteStartObject("by_lane");
            foreach (LaneSummary lane in summary.Lanes)
            {
                json.WriteStartObject(lane.Name);
                json.WriteNumber("succeeded", lane.Succeeded);
                json.WriteString("spent_usd", Money(lane.Cost.Spent));
                json.WriteString("saved_usd", Money(lane.Cost.Saved));
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteStartObject("by_priority");
            foreach (PrioritySummary priority in summary.Priorities)
            {
                json.WriteStartObject(priority.Name);
                json.WriteNumber("accepted", priority.Accepted);
                WriteOrNull(json, "wait_p50_s", priority.P50, 1);
                WriteOrNull(json, "wait_p95_s", priority.P95, 1);
                json.WriteString("spent_usd", Money(priority.Cost.Spent));
                json.WriteString("saved_usd", Money(priority.Cost.Saved));
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteCounts(Utf8JsonWriter json, DemoSummary summary)
    {
        json.WriteNumber("accepted", summary.Accepted);
        json.WriteNumber("succeeded", summary.Succeeded);
        json.WriteNumber("failed", summary.Failed);
        json.WriteNumber("expired", summary.Expired);
        json.WriteNumber("cancelled", summary.Cancelled);
        json.WriteNumber("refused", summary.Refused);
        json.WriteNumber("batches", summary.Batches);
        json.WriteNumber("batch_share", Math.Round(summary.BatchShare, 4));
        WriteOrNull(json, "deadline_hit_rate", summary.DeadlineHitRate, 4);
    }

    private static void WriteOrNull(Utf8JsonWriter json, string name, double? value, int digits)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, Math.Round(number, digits));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string Money(decimal usd) => usd.ToString("0.############################", CultureInfo.InvariantCulture);
}
