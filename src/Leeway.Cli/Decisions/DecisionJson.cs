using System.Globalization;
using System.Text.Json;
using Leeway.Economics.Decisions;

namespace Leeway.Cli.Decisions;

/// <summary>A decision for programs.</summary>
internal static class DecisionJson
{
    public static void Write(Utf8JsonWriter json, Decision decision)
    {
        json.WriteStartObject();
        json.WriteString("object", "leeway.decision");
        json.WriteString("verdict", Name(decision.Verdict));
        json.WriteString("reason", JsonNamingPolicy.SnakeCaseLower.ConvertName(decision.Reason.ToString()));
        json.WriteStartObject("split");
        json.WriteNumber("realtime", decision.AtOnce);
        json.WriteNumber("batch", 1 - decision.AtOnce);
        json.WriteEndObject();
        json.WriteStartObject("weights");
        json.WriteNumber("for", decision.For);
        json.WriteNumber("against", decision.Against);
        json.WriteEndObject();
        json.WriteStartArray("rules");
        foreach (RuleReading reading in decision.Rules)
        {
            Write(json, reading);
        }

        json.WriteEndArray();
        json.WriteStartArray("flips");
        foreach (Flip flip in decision.Flips)
        {
            Write(json, flip);
        }

        json.WriteEndArray();
        Write(json, decision.Profile, decision.Money);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RuleReading reading)
    {
        json.WriteStartObject();
        json.WriteString("id", reading.Rule.Id);
        json.WriteString("choose", Name(reading.Rule.List));
        json.WriteString("if", reading.Rule.Text);
        json.WriteString("state", reading.State.ToString().ToLowerInvariant());
        json.WriteString("part", reading.Rule.Part.ToString().ToLowerInvariant());
        json.WriteNumber("weight", reading.Rule.Weight);
        Number(json, "value", reading.Value);
        json.WriteNumber("threshold", reading.Rule.Threshold);
        Number(json, "distance", reading.Distance);
        json.WriteString("unit", Name(reading.Rule.Unit));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Flip flip)
    {
        json.WriteStartObject();
        json.WriteString("input", JsonNamingPolicy.SnakeCaseLower.ConvertName(flip.Input.ToString()));
        Number(json, "value", flip.Value);
        json.WriteNumber("threshold", flip.Threshold);
        Number(json, "distance", flip.Distance);
        json.WriteString("direction", flip.Above ? "above" : "below");
        json.WriteBoolean("threshold_included", flip.Included);
        json.WriteString("verdict", Name(flip.Verdict));
        json.WriteString("unit", Name(ProfileInputs.UnitOf(flip.Input)));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, WorkloadProfile profile, MoneyAtStake money)
    {
        json.WriteStartObject("money");
        json.WriteString("model", profile.Model);
        json.WriteNumber("days", MoneyAtStake.Days);
        Money(json, "realtime_usd", money.RealTime);
        Money(json, "split_usd", money.Split);
        Money(json, "flex_usd", money.Flex);
        Money(json, "as_decided_usd", money.AsDecided);
        Money(json, "at_stake_usd", money.AtStake);
        json.WriteString("unknown_because", money.Unknown);
        json.WriteEndObject();
    }

    private static string Name(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    private static string Name(MeasureUnit unit) => JsonNamingPolicy.SnakeCaseLower.ConvertName(unit.ToString());

    private static void Money(Utf8JsonWriter json, string name, decimal? amount) => json.WriteString(name, amount?.ToString(CultureInfo.InvariantCulture));

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
