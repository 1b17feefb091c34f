using System.Text.Json;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Requests;

/// <summary>A ledger entry of the API: what one attempt cost and by which price, in our counts and in the provider's own words.</summary>
internal static class EntryObject
{
    public static void WriteList(Utf8JsonWriter json, string name, IEnumerable<LedgerEntry> entries)
    {
        json.WriteStartArray(name);
        foreach (LedgerEntry entry in entries)
        {
            json.WriteStartObject();
            Write(json, entry);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The same with what a list beside its request leaves out.</summary>
    public static void WriteAlone(Utf8JsonWriter json, LedgerEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("request", entry.RequestId.ToString());
        json.WriteInstant("at", entry.At);
        json.WriteString("model", entry.Model);
        json.WriteString("key", entry.Caller);
        json.WriteString("priority", Json.Name(entry.Priority));
        Write(json, entry);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, LedgerEntry entry)
    {
        json.WriteNumber("attempt", entry.Attempt);
        json.WriteString("lane", Json.Name(entry.Lane));
        json.WriteString("service_tier", TierName(entry.Tier));
        json.WriteString("deployment", entry.Deployment);
        json.WriteString("price", entry.PriceVersion);
        json.WriteMoney("cost_usd", entry.Cost);
        json.WriteMoney("list_cost_usd", entry.ListCost);
        json.WriteBoolean("duplicate", entry.Duplicate);
        json.WriteBoolean("estimated", entry.Estimated);
        WriteUsage(json, entry.Usage);
        json.WritePropertyName("provider_usage");
        if (entry.RawUsage.IsEmpty)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteRawValue(entry.RawUsage.Span, skipInputValidation: false);
        }
    }

    private static void WriteUsage(Utf8JsonWriter json, TokenUsage usage)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", usage.Input);
        json.WriteNumber("cached_tokens", usage.CachedInput);
        json.WriteNumber("cache_write_tokens", usage.CacheWrite);
        json.WriteNumber("cache_write_1h_tokens", usage.CacheWriteHour);
        json.WriteNumber("audio_input_tokens", usage.AudioInput);
        json.WriteNumber("output_tokens", usage.Output);
        json.WriteNumber("reasoning_tokens", usage.Reasoning);
        json.WriteNumber("audio_output_tokens", usage.AudioOutput);
        json.WriteEndObject();
    }

    private static string? TierName(ServedTier tier) => tier switch
    {
        ServedTier.Standard => "standard",
        ServedTier.Flex => "flex",
        ServedTier.Priority => "priority",
        ServedTier.Unlisted => "unlisted",
        _ => null,
    };
}
