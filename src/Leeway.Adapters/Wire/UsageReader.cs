using System.Text.Json;

namespace Leeway.Adapters.Wire;

/// <summary>Finds usage from the end of an answer, where it stands, without reading what comes before.</summary>
internal static class UsageReader
{
    // Between a response's tier and its usage stand the tools that the client sent.
    private const int TierDistance = 64 * 1024;
    private const int TierTries = 8;

    /// <summary>
    /// The last <c>usage</c> object of the answer itself, or of the <c>response</c> inside a stream event; null when there is none or its
    /// numbers make no sense. Texts cannot fake one, because their quotes are escaped; objects further in, such as an echoed tool
    /// schema, are passed over.
    /// </summary>
    /// <param name="json">The answer or event.</param>
    /// <param name="dialect">Whose counts they are.</param>
    public static ReportedUsage? Read(ReadOnlySpan<byte> json, Dialect dialect = Dialect.OpenAI) =>
        Read(json, dialect == Dialect.Anthropic ? UsageForm.Anthropic : UsageForm.OpenAI);

    /// <summary>The same of an answer as its vendor sent it; Gemini calls its object <c>usageMetadata</c>.</summary>
    public static ReportedUsage? Read(ReadOnlySpan<byte> json, UsageForm form)
    {
        ReadOnlySpan<byte> name = form == UsageForm.Gemini ? "\"usageMetadata\""u8 : "\"usage\""u8;
        int end = json.Length;
        while (json[..end].LastIndexOf(name) is >= 0 and var at)
        {
            end = at;
            int value = ValueStart(json, at + name.Length);
            if (value >= 0 && !IsEscaped(json, at) && TryParse(json[value..], form, out UsageCounts counts, out int length) && Depth(json[(value + length)..]) is var depth and (1 or 2))
            {
                ServedTier tier = counts.Tier;
                return counts.Normal(form) is { } tokens
                    ? new ReportedUsage(tokens, tier == ServedTier.Untold ? TierBeside(json, at, depth, form) : tier, Compact(json.Slice(value, length)))
                    : null;
            }
        }

        return null;
    }

    /// <summary>Offset of the object behind the name that ends at <paramref name="end"/>; -1 when it is no name or its value no object.</summary>
    private static int ValueStart(ReadOnlySpan<byte> json, int end)
    {
        int colon = SkipSpace(json, end);
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

    /// <summary>How many objects and lists what follows closes.</summary>
    private static int Depth(ReadOnlySpan<byte> tail)
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

        return depth;
    }

    /// <summary>Reads the object at the start of <paramref name="json"/>; false when it counts no tokens. Tokens are null when it counts nonsense.</summary>
    private static bool TryParse(ReadOnlySpan<byte> json, UsageForm form, out UsageCounts counts, out int length)
    {
        counts = default;
        length = 0;
        try
        {
            var reader = new Utf8JsonReader(json);
            counts.Read(ref reader, form);
            length = (int)reader.BytesConsumed;
        }
        catch (JsonException)
        {
            return false;
        }

        return counts.Any;
    }

    /// <summary>
    /// The tier named beside the usage, in the same object. What a client may have put further in, such as metadata, names none: the tier
    /// decides the price.
    /// </summary>
    private static ServedTier TierBeside(ReadOnlySpan<byte> json, int usage, int depth, UsageForm form)
    {
        ReadOnlySpan<byte> name = form is UsageForm.Converse or UsageForm.Gemini ? "\"serviceTier\""u8 : "\"service_tier\""u8;
        int from = Math.Max(0, usage - TierDistance);
        int end = json.Length;
        for (int tries = 0; tries < TierTries && json[from..end].LastIndexOf(name) is >= 0 and var at; tries++)
        {
            end = from + at;
            int colon = SkipSpace(json, end + name.Length);
            if (colon >= json.Length || json[colon] != (byte)':' || IsEscaped(json, end))
            {
                continue;
            }

            try
            {
                var reader = new Utf8JsonReader(json[(colon + 1)..]);
                ServedTier tier = UsageTier.Read(ref reader);
                if (Depth(json[(colon + 1 + (int)reader.BytesConsumed)..]) == depth)
                {
                    return tier;
                }
            }
            catch (JsonException)
            {
                // No value: what follows the name is the end of a text.
            }
        }

        return ServedTier.Untold;
    }

    /// <summary>A copy without the spaces between its parts; empty when it is longer than what is kept.</summary>
    private static ReadOnlyMemory<byte> Compact(ReadOnlySpan<byte> json)
    {
        // Most vendors send none.
        if (json.IndexOfAny(" \n\r\t"u8) < 0)
        {
            return json.Length <= ReportedUsage.MostRaw ? json.ToArray() : default;
        }

        Span<byte> compact = stackalloc byte[ReportedUsage.MostRaw];
        int length = 0;
        bool text = false;
        for (int i = 0; i < json.Length; i++)
        {
            byte next = json[i];
            if (!text && next is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            {
                continue;
            }

            if (length == compact.Length)
            {
                return default;
            }

            compact[length++] = next;
            if (next == (byte)'"')
            {
                text = !text;
            }
            else if (next == (byte)'\\' && text && i + 1 < json.Length && length < compact.Length)
            {
                compact[length++] = json[++i];
            }
        }

        return compact[..length].ToArray();
    }
}
