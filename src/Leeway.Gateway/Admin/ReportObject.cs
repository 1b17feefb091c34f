using System.Text.Json;
using Leeway.Economics.Monitoring;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Admin;

/// <summary>The report as JSON.</summary>
internal sealed record ReportObject(
    DateTimeOffset Since, DateTimeOffset Until, MonitoringWindow Window, bool Truncated, IReadOnlyList<CostRow> Total, IReadOnlyList<(string Name, IReadOnlyList<CostRow> Rows)> Sums)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("object", "leeway.report");
        json.WriteInstant("since", Since);
        json.WriteInstant("until", Until);
        json.WriteBoolean("truncated", Truncated);
        json.WritePropertyName("spend");
        Write(json, Total is [{ } row, ..] ? row : new CostRow("total", 0, 0, default, 0, 0, 0, 0));
        foreach ((string name, IReadOnlyList<CostRow> rows) in Sums)
        {
            List(json, name, rows, Write);
        }

        List(json, "adherence", AdherenceRule.Figures(Window.Requests), Write);
        List(json, "waits", Waits(), Write);
        WritePickups(json);
        List(json, "findings", Window.Findings(), Write);
        List(json, "unmeasured", Unmeasured(), static (json, text) => json.WriteStringValue(text));
        json.WriteEndObject();
    }

    private IEnumerable<(Priority Priority, Lane Lane, WaitFigures Figures)> Waits() =>
        from request in Window.Requests
        where request.State == RequestState.Succeeded
        group request.Wait by (request.Priority, request.Lane) into waits
        orderby waits.Key.Priority, waits.Key.Lane
        select (waits.Key.Priority, waits.Key.Lane, WaitFigures.Of(waits)!);

    private IEnumerable<string> Unmeasured()
    {
        if (Window.Endpoints.Count == 0)
        {
            yield return "utilisation: name the endpoints that are paid by the hour and their tokens of output a second, with capacity.";
        }

        yield return "latency of calls answered at once: the ledger has their money only; their times are in /metrics.";
    }

    private void WritePickups(Utf8JsonWriter json)
    {
        json.WriteStartObject("pickups");
        json.WriteNumber("held", Count(PickupWay.Held));
        json.WriteNumber("polled", Count(PickupWay.Poll));
        json.WriteNumber("in_files", Count(PickupWay.File));
        json.WriteNumber("sent", Window.Requests.Count(request => request is { Way: null, IsSent: true }));
        json.WriteNumber("not_fetched", Window.Requests.Count(request => request is { Way: null, IsSent: false }));
        json.WriteEndObject();
    }

    private int Count(PickupWay way) => Window.Requests.Count(request => request.Way == way);

    private static void List<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, CostRow row)
    {
        json.WriteStartObject();
        json.WriteString("name", row.Name);
        json.WriteNumber("requests", row.Requests);
        json.WriteMoney("cost_usd", row.Cost);
        json.WriteMoney("list_cost_usd", row.ListCost);
        json.WriteMoney("saved_usd", row.Saved);
        json.WriteNumber("unpriced", row.Unpriced);
        json.WriteNumber("duplicates", row.Duplicates);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, (Priority Priority, int Met, int All) row)
    {
        json.WriteStartObject();
        json.WriteString("priority", Json.Name(row.Priority));
        json.WriteNumber("met", row.Met);
        json.WriteNumber("ended", row.All);
        json.WriteNumber("share", (double)row.Met / row.All);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, (Priority Priority, Lane Lane, WaitFigures Figures) row)
    {
        json.WriteStartObject();
        json.WriteString("priority", Json.Name(row.Priority));
        json.WriteString("lane", Json.Name(row.Lane));
        json.WriteNumber("requests", row.Figures.Count);
        json.WriteNumber("p50_s", row.Figures.P50.TotalSeconds);
        json.WriteNumber("p95_s", row.Figures.P95.TotalSeconds);
        json.WriteNumber("p99_s", row.Figures.P99.TotalSeconds);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("rule", finding.Rule);
        json.WriteString("subject", finding.Subject);
        json.WriteNumber("value", finding.Value);
        json.WriteNumber("threshold", finding.Threshold);
        json.WriteString("unit", finding.Unit?.ToString().ToLowerInvariant());
        json.WriteString("evidence", finding.Evidence);
        json.WriteString("advice", finding.Advice);
        json.WriteEndObject();
    }
}
