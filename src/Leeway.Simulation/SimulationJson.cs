using System.Globalization;
using System.Text.Json;
using Leeway.Simulation.Policies;
using Leeway.Simulation.Scoring;

namespace Leeway.Simulation;

/// <summary>The JSON of <c>leeway simulate --json</c>: amounts as decimal strings in USD, waits in seconds. The same run gives the same bytes.</summary>
public static class SimulationJson
{
    /// <summary>Writes one object.</summary>
    public static void Write(Utf8JsonWriter json, SimulationResult result)
    {
        json.WriteStartObject();
        json.WriteString("object", "leeway.simulation");
        json.WriteString("trace", result.Trace);
        json.WriteNumber("requests", result.Requests);
        json.WriteNumber("length_seconds", Math.Round(result.Length.TotalSeconds, 3));
        json.WriteString("model", result.Model);
        json.WriteString("law", result.Law);
        json.WriteString("flex", result.Flex);
        json.WriteStartArray("seeds");
        foreach (int seed in result.Seeds)
        {
            json.WriteNumberValue(seed);
        }

        json.WriteEndArray();
        json.WriteStartArray("assumes");
        foreach (string assumption in result.Assumes)
        {
            json.WriteStringValue(assumption);
        }

        json.WriteEndArray();
        json.WriteStartArray("policies");
        foreach (SimulatedPolicy policy in result.Policies)
        {
            json.WriteStartObject();
            json.WriteString("policy", policy.Name);
            json.WriteString("says", policy.Says);
            json.WriteStartArray("runs");
            foreach (PolicyScore score in result.Scores.Where(score => score.Policy == policy.Name))
            {
                Write(json, score);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PolicyScore score)
    {
        json.WriteStartObject();
        json.WriteNumber("seed", score.Seed);
        json.WriteNumber("batches", score.Batches);
        json.WriteStartArray("classes");
        foreach (ClassScore known in score.Classes)
        {
            Write(json, known);
        }

        json.WriteEndArray();
        json.WritePropertyName("all");
        Write(json, score.All);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ClassScore score)
    {
        json.WriteStartObject();
        json.WriteString("class", score.Class);
        json.WriteNumber("requests", score.Requests);
        Usd(json, "cost_usd", score.Cost);
        Usd(json, "paid_twice_usd", score.PaidTwice);
        Usd(json, "realtime_usd", score.ListCost);
        Usd(json, "clairvoyant_usd", score.Clairvoyant);
        Usd(json, "any_moment_usd", score.AnyMoment);
        json.WriteNumber("above_clairvoyant", Math.Round(score.Above, 6));
        json.WriteNumber("above_any_moment", Math.Round(score.AboveAnyMoment, 6));
        json.WriteNumber("misses", score.Misses);
        json.WriteNumber("rescues", score.Rescues);
        json.WriteNumber("by_flex", score.ByFlex);
        json.WriteNumber("by_batch", score.ByBatch);
        json.WriteNumber("wait_p50_seconds", score.WaitP50);
        json.WriteNumber("wait_p95_seconds", score.WaitP95);
        json.WriteEndObject();
    }

    private static void Usd(Utf8JsonWriter json, string name, decimal amount) =>
        json.WriteString(name, amount.ToString("0.############################", CultureInfo.InvariantCulture));
}
