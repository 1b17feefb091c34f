using System.Globalization;

namespace Leeway.Adapters.Queues;

/// <summary>What stands beside a dead letter's content.</summary>
internal static class DeadLetterAttributes
{
    // Pub/Sub takes 1,024 bytes for each; the character before may have three more.
    private const int Longest = 1000;

    /// <summary>The reason and where the message came from.</summary>
    public static Dictionary<string, string> Of(QueueMessage message, DeadLetterReason reason)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["leeway_code"] = reason.Code,
            ["leeway_message"] = Clean(reason.Message),
            ["leeway_message_id"] = message.Id,
        };
        if (reason.Field is { Length: > 0 } field)
        {
            attributes["leeway_field"] = Clean(field);
        }

        if (reason.Line is { } line)
        {
            attributes["leeway_line"] = line.ToString(CultureInfo.InvariantCulture);
        }

        return attributes;
    }

    /// <summary>A text that every queue takes: no control characters, and not too long.</summary>
    private static string Clean(string text)
    {
        var kept = new System.Text.StringBuilder(text.Length);
        int bytes = 0;
        foreach (System.Text.Rune rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > Longest)
            {
                return kept.Append('…').ToString();
            }

            kept.Append(System.Text.Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return kept.ToString();
    }
}
