using Microsoft.ML.Tokenizers;

namespace Leeway.Sandbox.Models;

/// <summary>The o200k_base tokenizer, loaded once. All models count with it, also those whose own vocabulary is older.</summary>
internal static class TokenCounter
{
    private static readonly Lazy<TiktokenTokenizer> s_tokenizer = new(() => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    public static int Count(string text) => s_tokenizer.Value.CountTokens(text);

    /// <summary>The longest prefix of whole tokens within <paramref name="max"/>.</summary>
    public static string Cut(string text, int max) => text[..s_tokenizer.Value.GetIndexByTokenCount(text, max, out _, out _)];
}
