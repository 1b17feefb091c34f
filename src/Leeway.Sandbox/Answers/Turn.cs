using System.Globalization;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Models;

namespace Leeway.Sandbox.Answers;

internal enum TurnStop
{
    End,
    Length,
    Sequence,
    ToolCalls,

    /// <summary>A filter ended it.</summary>
    Filtered,
}

/// <summary>What the model says in one turn. Depends on seed, prompt and index only.</summary>
/// <param name="Tokens">The real token count of all of it, at most the caller's maximum.</param>
/// <param name="StopSequence">The caller's sequence that ended it; the text ends before it.</param>
internal sealed record Turn(string? Thinking, string Text, IReadOnlyList<ToolCall> Calls, TurnStop Stop, string? StopSequence, int Tokens, int ThinkingTokens)
{
    // Assumed: what the format adds around one call.
    private const int TokensPerCall = 8;

    public static Turn Generate(TurnRequest request, int index, int seed)
    {
        var left = request.MaxTokens ?? int.MaxValue;
        string? thinking = null;
        var thought = 0;
        if (request.ThinkingBudget is { } budget)
        {
            (thinking, thought) = Cut(AnswerText.Think(request.Digest, index, seed), Math.Min(left, budget));
            left -= thought;
        }

        var whole = Say(request, index, seed);
        var (text, sequence) = StopAt(whole, request.Stop);
        var (said, tokens) = Cut(text, left);
        left -= tokens;
        if (said.Length < text.Length || (left == 0 && request.Calls.Count > 0))
        {
            return new Turn(thinking, said, [], TurnStop.Length, null, thought + tokens, thought);
        }

        if (sequence is not null)
        {
            return new Turn(thinking, said, [], TurnStop.Sequence, sequence, thought + tokens, thought);
        }

        List<ToolCall> calls = [];
        foreach (var offer in request.Calls)
        {
            var call = Call(request, offer, index, calls.Count);
            var size = TokensPerCall + TokenCounter.Count(call.Name) + TokenCounter.Count(call.Input);
            if (size > left)
            {
                return new Turn(thinking, said, calls, TurnStop.Length, null, thought + tokens, thought);
            }

            calls.Add(call);
            tokens += size;
            left -= size;
        }

        return new Turn(thinking, said, calls, calls.Count > 0 ? TurnStop.ToolCalls : TurnStop.End, null, thought + tokens, thought);
    }

    /// <summary>The same, ended by a filter after so many words.</summary>
    public Turn Filter(int words)
    {
        var said = string.Concat(AnswerText.Pieces(Text).Take(words));
        return this with { Text = said, Calls = [], Stop = TurnStop.Filtered, StopSequence = null, Tokens = ThinkingTokens + TokenCounter.Count(said) };
    }

    private static string Say(TurnRequest request, int index, int seed)
    {
        if (request.Calls.Count > 0)
        {
            return request.TalksBeforeCalls ? $"{AnswerText.Mark(request.Digest)} I will call {string.Join(" and ", request.Calls.Select(call => call.Name))}." : "";
        }

        var text = AnswerText.Write(request.Digest, index, request.Images, seed);
        return request.Schema is { } schema ? SchemaSample.Of(schema, text) : text;
    }

    /// <summary>The digest stands in the id, since a call's input follows the caller's schema and may have no place for it.</summary>
    private static ToolCall Call(TurnRequest request, ToolOffer offer, int index, int number) => new(
        string.Create(CultureInfo.InvariantCulture, $"{request.CallPrefix}{SandboxLedger.DigestText(request.Digest)}{index:x2}{number:x2}"),
        offer.Name,
        offer.Schema.ValueKind == System.Text.Json.JsonValueKind.Object ? SchemaSample.Of(offer.Schema, AnswerText.Mark(request.Digest)) : "{}");

    private static (string Text, string? Sequence) StopAt(string text, IReadOnlyList<string> sequences)
    {
        var first = text.Length;
        string? found = null;
        foreach (var sequence in sequences)
        {
            var at = text.IndexOf(sequence, StringComparison.Ordinal);
            if (at >= 0 && at < first)
            {
                (first, found) = (at, sequence);
            }
        }

        return (text[..first], found);
    }

    private static (string Text, int Tokens) Cut(string text, int max)
    {
        var tokens = TokenCounter.Count(text);
        return tokens <= max ? (text, tokens) : max <= 0 ? ("", 0) : (TokenCounter.Cut(text, max), max);
    }
}
