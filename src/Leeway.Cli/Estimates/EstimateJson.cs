using System.Globalization;
using System.Text.Json;
using Leeway.Economics.BreakEvens;
using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Figures;
using Leeway.Economics.Scenarios.Parts;

namespace Leeway.Cli.Estimates;

/// <summary>Writes an estimate for machines: money as decimal strings in USD, what is unknown as null.</summary>
internal static class EstimateJson
{
    public static void Write(Utf8JsonWriter json, Estimate estimate, EstimateDetail detail)
    {
        Scenario scenario = estimate.Scenario;
        json.WriteStartObject();
        json.WriteString("object", "leeway.estimate");
        json.WriteString("name", scenario.Name);
        json.WriteString("about", scenario.About);
        json.WriteString("month", scenario.Month == MonthLength.Days30 ? "30d" : "730h");
        json.WriteString("cheapest", estimate.Cheapest?.Option.Name);
        json.WriteStartArray("workloads");
        foreach (Workload workload in scenario.Workloads)
        {
            Write(json, workload);
        }

        json.WriteEndArray();
        json.WriteStartArray("options");
        foreach (OptionEstimate option in estimate.Options)
        {
            Write(json, option, detail.Arithmetic ? option.Of(scenario.Month.Of()) : null);
        }

        json.WriteEndArray();
        json.WriteStartArray("printed");
        foreach (ClaimCheck check in estimate.Claims)
        {
            Write(json, check);
        }

        json.WriteEndArray();
        if (detail.BreakEvens)
        {
            json.WriteStartArray("break_evens");
            foreach (BreakEven breakEven in ScenarioBreakEvens.Of(scenario))
            {
                Write(json, breakEven, detail);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static string? Decimal(decimal? value) => value?.ToString("0.############", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, Workload workload)
    {
        json.WriteStartObject();
        json.WriteString("name", workload.Name);
        json.WriteNumber("requests_per_day", workload.RequestsPerDay);
        json.WriteNumber("input_tokens", workload.InputTokens);
        json.WriteNumber("output_tokens", workload.OutputTokens);
        json.WriteString("deadline", workload.Deadline is { } deadline ? EstimateText.Duration(deadline) : null);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, OptionEstimate option, CostRange? explained)
    {
        json.WriteStartObject();
        json.WriteString("name", option.Option.Name);
        Write(json, "day_usd", option.Day);
        Write(json, "month_30d_usd", option.Month30Days);
        Write(json, "month_730h_usd", option.Month730Hours);
        json.WritePropertyName("saving");
        if (option.Saving is var (least, most))
        {
            json.WriteStartObject();
            json.WriteString("least", Decimal(least));
            json.WriteString("most", Decimal(most));
            json.WriteEndObject();
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteBoolean("in_time", option.Late.Count == 0);
        Write(json, "late", option.Late.Select(part => part.Serves!.Name));
        Write(json, "leaves_out", option.LeavesOut);
        Write(json, "parts", option.Option.Parts.Select(part => part.Label));
        Write(json, "notes", option.Notes);
        if (explained is not null)
        {
            Write(json, "explanation", FigureText.Explain(explained.Low).Concat(explained.IsSure ? [] : FigureText.Explain(explained.High)));
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, CostRange cost)
    {
        json.WriteStartObject(name);
        json.WriteString("low", Decimal(cost.Low.Value));
        json.WriteString("high", Decimal(cost.High.Value));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, BreakEven breakEven, EstimateDetail detail)
    {
        json.WriteStartObject();
        json.WriteString("question", breakEven.Question);
        json.WriteString("threshold", Decimal(breakEven.Threshold.Value));
        json.WriteString("unit", breakEven.Threshold.Unit.ToString());
        json.WriteString("here", Decimal(breakEven.Here?.Value));
        json.WriteString("above", breakEven.Above);
        json.WriteString("below", breakEven.Below);
        json.WriteString("verdict", breakEven.Verdict);
        if (detail.Arithmetic)
        {
            Write(json, "explanation", FigureText.Explain(breakEven.Threshold));
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ClaimCheck check)
    {
        json.WriteStartObject();
        json.WriteString("says", check.Claim.Says);
        json.WriteString("option", check.Claim.Option);
        json.WriteString("against", check.Claim.Against);
        json.WriteString("unit", check.Claim.IsShare ? "percent" : "usd");
        json.WriteString("printed", Decimal(check.Claim.Printed));
        json.WriteString("follows", Decimal(check.Follows));
        if (check.Agrees is { } agrees)
        {
            json.WriteBoolean("agrees", agrees);
        }
        else
        {
            json.WriteNull("agrees");
        }

        json.WriteString("because", check.Claim.Because);
        json.WriteEndObject();
    }
}
