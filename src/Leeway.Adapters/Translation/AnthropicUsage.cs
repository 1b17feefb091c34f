using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation;

/// <summary>Anthropic's counts, in which input leaves out what was read from and written to the cache. All in tokens.</summary>
internal readonly record struct AnthropicUsage(long Input, long CacheRead, long CacheWrite, long Output)
{
    public static AnthropicUsage Read(JsonElement usage) => new(
        Count(usage, "input_tokens"), Count(usage, "cache_read_input_tokens"), Count(usage, "cache_creation_input_tokens"), Count(usage, "output_tokens"));

    /// <summary>From OpenAI's counts, in which input includes them.</summary>
    public static AnthropicUsage FromChat(JsonElement usage)
    {
        JsonElement? details = usage.Member("prompt_tokens_details");
        long input = Count(usage, "prompt_tokens");
        long read = Math.Min(input, details is { } of ? Count(of, "cached_tokens") : 0);
        long written = Math.Min(input - read, details is { } also ? Count(also, "cache_write_tokens") : 0);
        return new AnthropicUsage(input - read - written, read, written, Count(usage, "completion_tokens"));
    }

    /// <summary>Counts of a stream grow: the last to be told is the largest.</summary>
    public AnthropicUsage With(AnthropicUsage later) => new(
        Math.Max(Input, later.Input), Math.Max(CacheRead, later.CacheRead), Math.Max(CacheWrite, later.CacheWrite), Math.Max(Output, later.Output));

    public void WriteForChat(Utf8JsonWriter json)
    {
        long input = Input + CacheRead + CacheWrite;
        json.WriteStartObject();
        json.WriteNumber("prompt_tokens", input);
        json.WriteNumber("completion_tokens", Output);
        json.WriteNumber("total_tokens", input + Output);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", CacheRead);
        json.WriteNumber("cache_write_tokens", CacheWrite);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("input_tokens", Input);
        json.WriteNumber("cache_creation_input_tokens", CacheWrite);
        json.WriteNumber("cache_read_input_tokens", CacheRead);
        json.WriteNumber("output_tokens", Output);
        json.WriteEndObject();
    }

    // The same bound as for the ledger: a larger number is a mistake.
    private static long Count(JsonElement of, string name) =>
        of.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long count) && count is >= 0 and <= 1_000_000_000 ? count : 0;
}
