namespace Leeway.Classification;

/// <summary>A model name as clients may write it: with a deadline or a priority behind the last <c>@</c>.</summary>
public static class ModelName
{
    /// <summary>Divides <c>gpt-4o@6h</c> into <c>gpt-4o</c> and <c>6h</c>. A name that is known as it stands keeps its <c>@</c>.</summary>
    /// <param name="text">As received.</param>
    /// <param name="isKnownModel">Whether the configuration or the price catalogue has a model of that name.</param>
    /// <returns>The model to route by, and what stood behind it, null when nothing did.</returns>
    public static (string Name, string? Suffix) Split(string text, Func<string, bool> isKnownModel)
    {
        int at = text.LastIndexOf('@');
        return at <= 0 || isKnownModel(text) ? (text, null) : (text[..at], text[(at + 1)..]);
    }
}
