using System.Text.Json;

namespace Leeway.Adapters.Wire;

/// <summary>Finds usage from the end of an answer, where it stands, without reading what comes before.</summary>
internal static class UsageReader
{
    /// <summary>More tokens than any one answer has; a larger number is a mistake that must not reach the ledger.</summary>
    private const long Most = 1_000_000_000;

    private static ReadOnlySpan<byte> Name => "\"usage\""u8;

    /// <summary>
    /// The last <c>usage</c> object of the answer itself, or of the <c>response</c> inside a stream event; null when there is none or its
    /// numbers make no sense. Texts cannot fake one, because their quotes are escaped; objects further in, such as an echoed tool
    /// schema, are passed over.
    /// </summary>
    /// <param name="json">The answer or event.</param>
    /// <param name="dialect">Whose counts they are: Anthropic's input leaves out what was read from and written to the cache.</param>
    public static TokenUsage? Read(ReadOnlySpan<byte> json, Dialect dialect = Dialect.OpenAI)
    {
        int end = json.Length;
        while (json[..end].LastIndexOf(Name) is >= 0 and var at)
        {
            end = at;
            int value = ValueStart(json, at);
            if (value >= 0 && !IsEscaped(json, at) && TryParse(json[value..], dialect, out TokenUsage? usage, out int length) && IsShallow(json[(value + length)..]))
            {
                return usage;
            }
        }

        return null;
    }

    /// <summary>Offset of the object behind the name at <paramref name="at"/>; -1 when it is no name or its value no object.</summary>
    private static int ValueStart(ReadOnlySpan<byte> json, int at)
    {
        int colon = SkipSpace(json, at + Name.Length);
        if (colon >= json.Length || json[colon] != (byte)':')
        {
            return -1;
        }

        int value = SkipSpace(json, colon + 1);
        return value < json.Length && json[value] == (byte)'{' ? value : -1;
    }

    private static int SkipSpace(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at;
    }

    private static bool IsEscaped(ReadOnlySpan<byte> json, int quote)
    {
        int before = json[..quote].LastIndexOfAnyExcept((byte)'\\');
        return (quote - before - 1) % 2 == 1;
    }

    /// <summary>Whether what follows closes one or two objects and nothing else.</summary>
    private static bool IsShallow(ReadOnlySpan<byte> tail)
    {
        int depth = 0;
        bool text = false;
        for (int i = 0; i < tail.Length; i++)
        {
            switch (tail[i])
            {
                case (byte)'\\' when text:
                    i++;
                    break;
                case (byte)'"':
                    text = !text;
                    break;
                case (byte)'{' or (byte)'[' when !text:
                    depth--;
                    break;
                case (byte)'}' or (byte)']' when !text:
                    depth++;
                    break;
            }
        }

        return depth is 1 or 2;
    }

    /// <summary>Reads the object at the start of <paramref name="json"/>; false when it counts no tokens. Usage is null when it counts nonsense.</summary>
    private static bool TryParse(ReadOnlySpan<byte> json, Dialect dialect, out TokenUsage? usage, out int length)
    {
        usage = null;
        length = 0;
        long? input = null, output = null;
        long cached = 0, written = 0, reasoning = 0, cacheRead = 0, cacheWrite = 0;
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonText.NameIs(ref reader, "prompt_tokens"u8) || JsonText.NameIs(ref reader, "input_tokens"u8))
                {
                    input = Count(ref reader) ?? -1;
                }
                else if (JsonText.NameIs(ref reader, "completion_tokens"u8) || JsonText.NameIs(ref reader, "output_tokens"u8))
                {
                    output = Count(ref reader) ?? -1;
                }
                else if (JsonText.NameIs(ref reader, "cache_read_input_tokens"u8))
                {
                    cacheRead = Count(ref reader) ?? 0;
                }
                else if (JsonText.NameIs(ref reader, "cache_creation_input_tokens"u8))
                {
                    cacheWrite = Count(ref reader) ?? 0;
                }
                else if (JsonText.NameIs(ref reader, "prompt_tokens_details"u8) || JsonText.NameIs(ref reader, "input_tokens_details"u8))
                {
                    ReadDetails(ref reader, "cached_tokens"u8, ref cached, "cache_write_tokens"u8, ref written);
                }
                else if (JsonText.NameIs(ref reader, "completion_tokens_details"u8) || JsonText.NameIs(ref reader, "output_tokens_details"u8))
                {
                    long none = 0;
                    ReadDetails(ref reader, "reasoning_tokens"u8, ref reasoning, default, ref none);
                }
                else if (JsonText.NameIs(ref reader, "reasoning_tokens"u8))
                {
                    // Some have it beside the totals instead of among the details.
                    reasoning = Count(ref reader) ?? 0;
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }

            length = (int)reader.BytesConsumed;
        }
        catch (JsonException)
        {
            return false;
        }

        if (input is null && output is null)
        {
            return false;
        }

        if (dialect == Dialect.Anthropic && (input ?? 0) >= 0)
        {
            (cached, written) = (cacheRead, cacheWrite);
            input = (input ?? 0) + cached + written;
        }

        if ((input ?? 0) >= 0 && (output ?? 0) >= 0)
        {
            // Parts never exceed their whole, or a cost computed from the difference would be negative.
            cached = Math.Min(cached, input ?? 0);
            written = Math.Min(written, (input ?? 0) - cached);
            usage = new TokenUsage(input ?? 0, cached, written, output ?? 0, Math.Min(reasoning, output ?? 0));
        }

        return true;
    }

    private static long? Count(ref Utf8JsonReader reader)
    {
        reader.Read();
        long? count = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) && value is >= 0 and <= Most ? value : null;
        reader.Skip();
        return count;
    }

    private static void ReadDetails(ref Utf8JsonReader reader, ReadOnlySpan<byte> first, ref long firstCount, ReadOnlySpan<byte> second, ref long secondCount)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.NameIs(ref reader, first))
            {
                firstCount = Count(ref reader) ?? 0;
            }
            else if (JsonText.NameIs(ref reader, second))
            {
                secondCount = Count(ref reader) ?? 0;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }
}
