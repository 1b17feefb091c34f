using System.Text.Json;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Leeway.Planning.Quotes;

namespace Leeway.Gateway.Ingress.Quotes;

/// <summary>A quote as the API writes it; docs/concepts/quote.md shows it.</summary>
internal static class QuoteObject
{
    public static void Write(Utf8JsonWriter json, Understood request, Quote quote, TimeSpan turnaround)
    {
        json.WriteStartObject();
        json.WriteString("object", "leeway.quote");
        json.WriteInstant("quoted_at", quote.At);
        json.WriteString("endpoint", request.Endpoint);
        json.WriteString("model", request.Model);
        json.WriteString("deployment", quote.Subject.Deployment.Id);
        json.WriteString("priority", Json.Name(request.Classified.Priority));
        json.WriteInstant("deadline", request.Classified.Deadline);
        json.WriteNumber("input_tokens", quote.Subject.InputTokens);
        json.WriteNumber("output_tokens", quote.Subject.OutputTokens);
        json.WriteBoolean("feasible", quote.IsFeasible);
        json.WriteString("lane", Json.Name(quote.Plan.Lane));
        json.WriteString("plan", QuoteWords.Plan(quote));
        json.WriteStartObject("guarantee");
        json.WriteString("lane", quote.RescueAt is null ? null : Json.Name(quote.Plan.DispatchLane));
        json.WriteInstant("at", quote.RescueAt);
        json.WriteString("text", QuoteWords.Guarantee(quote));
        json.WriteEndObject();
        json.WriteString("regime", quote.Plan.Basis?.Regime);
        json.WriteStartArray("lanes");
        foreach (LaneQuote lane in quote.Lanes)
        {
            json.WriteStartObject();
            json.WriteString("lane", Json.Name(lane.Lane));
            json.WriteString("service_tier", lane.Tier == ServedTier.Priority ? "priority" : null);
            json.WriteBoolean("available", lane.Unavailable is null);
            json.WriteBoolean("chosen", lane.IsChosen);
            json.WriteString("because", QuoteWords.Because(quote, lane, turnaround));
            json.WriteMoney("cost_usd", lane.Cost);
            json.WriteMoney("list_cost_usd", lane.ListCost);
            WriteChance(json, lane.OnTime);
            json.WriteInstant("expected_finish", lane.ExpectedAt);
            json.WriteInstant("p95_finish", lane.P95At);
            json.WriteString("source", Json.Name(lane.Source));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("later_deadlines");
        foreach (LaterDeadline later in quote.Later)
        {
            json.WriteStartObject();
            json.WriteInstant("deadline", later.Deadline);
            json.WriteString("lane", Json.Name(later.Lane));
            json.WriteMoney("cost_usd", later.Cost);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteChance(Utf8JsonWriter json, double? chance)
    {
        if (chance is { } value)
        {
            json.WriteNumber("on_time", Math.Round(value, 6));
        }
        else
        {
            json.WriteNull("on_time");
        }
    }
}
