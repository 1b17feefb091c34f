using System.Text;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Ledger;

namespace Leeway.Sandbox.Answers;

/// <summary>Words that look like an answer and depend on seed, digest and index only.</summary>
internal static class AnswerText
{
    // Assumed: answers of some 60 words, seldom below 8 or above 400; thoughts of about half that.
    private const double MedianWords = 60;
    private const double MedianThought = 30;
    private const double Sigma = 0.6;

    // What a piece of streamed tool input holds, in characters.
    private const int InputPieceChars = 12;

    private static readonly string[] s_words =
    [
        "the", "order", "was", "received", "and", "will", "be", "shipped", "within", "two", "days", "after", "payment", "clears", "a", "customer",
        "asked", "for", "an", "update", "on", "their", "account", "this", "summary", "covers", "main", "points", "in", "short", "form", "with",
        "some", "context", "from", "earlier", "messages", "it", "seems", "that", "most", "reviews", "are", "positive", "while", "few", "mention",
        "delays", "we", "suggest", "to", "check", "status", "again", "tomorrow", "because", "new", "data", "may", "change", "result", "slightly",
    ];

    /// <summary>The digest, an <c>image:</c> mark per image of the prompt, then words.</summary>
    public static string Write(ulong digest, int index, IReadOnlyList<ulong> images, int seed)
    {
        var text = new StringBuilder(Mark(digest));
        foreach (var image in images)
        {
            text.Append(" image:").Append(SandboxLedger.DigestText(image));
        }

        return Words(text, new SeededRandom(seed, "answer", digest + (ulong)index), MedianWords);
    }

    public static string Think(ulong digest, int index, int seed) =>
        Words(new StringBuilder("Thinking about"), new SeededRandom(seed, "thought", digest + (ulong)index), MedianThought);

    public static string Mark(ulong digest) => "digest:" + SandboxLedger.DigestText(digest);

    /// <summary>The pieces in which a text is streamed: a word each.</summary>
    public static IEnumerable<string> Pieces(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var space = text.IndexOf(' ', start + 1);
            var end = space < 0 ? text.Length : space;
            yield return text[start..end];
            start = end;
        }
    }

    /// <summary>The pieces in which a tool's input is streamed; cut anywhere but inside a character.</summary>
    public static IEnumerable<string> InputPieces(string json)
    {
        for (var start = 0; start < json.Length;)
        {
            var end = Math.Min(start + InputPieceChars, json.Length);
            end += end < json.Length && char.IsLowSurrogate(json[end]) ? 1 : 0;
            yield return json[start..end];
            start = end;
        }
    }

    private static string Words(StringBuilder text, SeededRandom random, double median)
    {
        var words = (int)Math.Clamp(random.NextLognormal(median, Sigma), 8, 400);
        for (var i = 0; i < words; i++)
        {
            text.Append(' ').Append(s_words[random.NextInt(s_words.Length)]);
        }

        return text.Append('.').ToString();
    }
}
