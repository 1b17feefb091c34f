namespace Leeway.Adapters.Wire;

/// <summary>What one walk over the top level of an OpenAI-shaped body finds.</summary>
public readonly record struct OpenAIBodyScan
{
    /// <summary>The model's name, unescaped; never empty.</summary>
    public required string Model { get; init; }

    /// <summary>Where the replaceable members stand.</summary>
    public BodyShape Shape { get; init; }

    /// <summary>The value of <c>metadata</c>; length 0 when absent.</summary>
    public ByteRange Metadata { get; init; }

    /// <summary>The value of <c>tools</c>; length 0 when absent.</summary>
    public ByteRange Tools { get; init; }

    /// <summary>The value of <c>system</c> or <c>instructions</c>; length 0 when absent.</summary>
    public ByteRange Instructions { get; init; }

    /// <summary>The value of <c>messages</c>, <c>input</c> or <c>prompt</c>; length 0 when absent.</summary>
    public ByteRange Prompt { get; init; }

    /// <summary><c>max_completion_tokens</c>, else <c>max_output_tokens</c>, else <c>max_tokens</c>; null when none is a whole number.</summary>
    public long? MaxOutputTokens { get; init; }

    /// <summary><c>n</c>: answers per request, 1 when not said.</summary>
    public int Choices { get; init; }

    /// <summary><c>service_tier</c>, when it is a string.</summary>
    public string? ServiceTier { get; init; }

    /// <summary><c>metadata.leeway_deadline</c>.</summary>
    public string? LeewayDeadline { get; init; }

    /// <summary><c>metadata.leeway_priority</c>.</summary>
    public string? LeewayPriority { get; init; }

    /// <summary><c>background</c>, of the Responses API.</summary>
    public bool Background { get; init; }

    /// <summary>How many inputs <c>input</c> holds: a string or an array of token numbers is one, any other array as many as it has elements.</summary>
    public int InputCount { get; init; }

    /// <summary>Whether <c>max_tokens</c> is there, as anything but null.</summary>
    public bool LimitsTokens { get; init; }

    /// <summary><c>store</c>, of the Responses API: true unless it says false.</summary>
    public bool Stores { get; init; }

    /// <summary>Whether <c>conversation</c>, of the Responses API, names one.</summary>
    public bool InConversation { get; init; }

    /// <summary><c>previous_response_id</c>, of the Responses API, when it is a string.</summary>
    public string? PreviousResponse { get; init; }

    /// <summary>Where that string stands, quotes included.</summary>
    public ByteRange PreviousResponseRange { get; init; }
}
