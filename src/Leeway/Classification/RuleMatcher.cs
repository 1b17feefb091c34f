namespace Leeway.Classification;

/// <summary>Whether a classification rule's condition holds.</summary>
internal static class RuleMatcher
{
    public static bool Holds(ClassifyCondition when, string path, string model, string caller, Func<string, string?> header, DateTimeOffset now)
    {
        if ((when.Path is { } wantedPath && !Matches(wantedPath, path))
            || (when.Model is { } wantedModel && !Matches(wantedModel, model))
            || (when.Key is { } key && key != caller))
        {
            return false;
        }

        return (when.Header.Count == 0 || HoldHeaders(when.Header, header)) && (when.Hours is not { } hours || hours.Contains(now));
    }

    private static bool HoldHeaders(IReadOnlyDictionary<string, string> wanted, Func<string, string?> header)
    {
        foreach ((string name, string value) in wanted)
        {
            if (header(name) != value)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Case-sensitive; each <c>*</c> stands for any characters, none included.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int star = pattern.IndexOf('*');
        if (star < 0)
        {
            return pattern.SequenceEqual(text);
        }

        if (!text.StartsWith(pattern[..star]))
        {
            return false;
        }

        text = text[star..];
        pattern = pattern[(star + 1)..];
        for (star = pattern.IndexOf('*'); star >= 0; star = pattern.IndexOf('*'))
        {
            int found = text.IndexOf(pattern[..star]);
            if (found < 0)
            {
                return false;
            }

            text = text[(found + star)..];
            pattern = pattern[(star + 1)..];
        }

        return text.EndsWith(pattern);
    }
}
