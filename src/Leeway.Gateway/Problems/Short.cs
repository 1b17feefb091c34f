namespace Leeway.Gateway.Problems;

/// <summary>What a caller sent, as a message shows it: one short line, whatever it was.</summary>
internal static class Short
{
    private const int MaxLength = 80;

    /// <summary>At most 80 characters; control characters and halves of surrogate pairs are replaced.</summary>
    public static string Of(string text)
    {
        ReadOnlySpan<char> shown = text.AsSpan(0, Math.Min(text.Length, MaxLength));
        string clean = string.Create(shown.Length, text, static (span, all) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                bool half = char.IsSurrogate(all[i])
                    && !(i + 1 < span.Length && char.IsSurrogatePair(all[i], all[i + 1]))
                    && !(i > 0 && char.IsSurrogatePair(all[i - 1], all[i]));
                span[i] = half || char.IsControl(all[i]) ? '\uFFFD' : all[i];
            }
        });
        return text.Length > MaxLength ? clean + "…" : clean;
    }
}
