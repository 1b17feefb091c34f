using System.Text;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Models;

namespace Leeway.Sandbox.Chat;

/// <summary>One generated text: the digest, then words. Depends on seed, digest and index only.</summary>
/// <param name="Tokens">The real token count of <paramref name="Text"/>, at most the caller's maximum.</param>
internal sealed record ChatChoice(string Text, int Tokens, string FinishReason)
{
    // Assumed: answers of some 60 words, seldom below 8 or above 400.
    private const double MedianWords = 60;
    private const double Sigma = 0.6;

    private static readonly string[] s_words =
    [
        "the", "order", "was", "received", "and", "will", "be", "shipped", "within", "two", "days", "after", "payment", "clears", "a", "customer",
        "asked", "for", "an", "update", "on", "their", "account", "this", "summary", "covers", "main", "points", "in", "short", "form", "with",
        "some", "context", "from", "earlier", "messages", "it", "seems", "that", "most", "reviews", "are", "positive", "while", "few", "mention",
        "delays", "we", "suggest", "to", "check", "status", "again", "tomorrow", "because", "new", "data", "may", "change", "result", "slightly",
    ];

    public static ChatChoice Generate(ulong digest, int index, int? maxTokens, int seed)
    {
        var random = new SeededRandom(seed, "answer", digest + (ulong)index);
        var words = (int)Math.Clamp(random.NextLognormal(MedianWords, Sigma), 8, 400);
        var text = new StringBuilder("digest:").Append(SandboxLedger.DigestText(digest));
        for (var i = 0; i < words; i++)
        {
            text.Append(' ').Append(s_words[random.NextInt(s_words.Length)]);
        }

        var whole = text.Append('.').ToString();
        var tokens = TokenCounter.Count(whole);
        if (maxTokens is not { } max || tokens <= max)
        {
            return new ChatChoice(whole, tokens, "stop");
        }

        return new ChatChoice(TokenCounter.Cut(whole, max), max, "length");
    }
}
