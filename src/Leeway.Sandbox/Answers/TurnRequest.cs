using System.Text.Json;

namespace Leeway.Sandbox.Answers;

/// <summary>What shapes one turn of a model, whatever API asked for it.</summary>
internal sealed record TurnRequest(ulong Digest)
{
    public int? MaxTokens { get; init; }

    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>The tools to be called, chosen already.</summary>
    public IReadOnlyList<ToolOffer> Calls { get; init; } = [];

    /// <summary>Before the ids of its calls: <c>call_</c>, <c>toolu_</c>.</summary>
    public string CallPrefix { get; init; } = "call_";

    /// <summary>True where a model says a sentence before it calls.</summary>
    public bool TalksBeforeCalls { get; init; }

    /// <summary>The text is an instance of this; null leaves it in words.</summary>
    public JsonElement? Schema { get; init; }

    /// <summary>Tokens that may be thought before the answer; null is none.</summary>
    public int? ThinkingBudget { get; init; }

    public IReadOnlyList<ulong> Images { get; init; } = [];
}
