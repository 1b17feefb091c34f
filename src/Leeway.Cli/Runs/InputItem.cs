namespace Leeway.Cli.Runs;

/// <summary>One line of the input: a request to send, or what is wrong with it.</summary>
internal sealed record InputItem
{
    /// <summary>From 1.</summary>
    public required int Line { get; init; }

    /// <summary>From 1; 0 when the problem has no column.</summary>
    public int Column { get; init; }

    public string? CustomId { get; init; }

    /// <summary>In OpenAI's batch form, without a line break.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    public string Model { get; init; } = "";

    public int InputTokens { get; init; }

    /// <summary>The longest answer allowed; null when the request says nothing, zero for embeddings.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Null when the line is good.</summary>
    public string? Problem { get; init; }

    /// <summary><c>prompts.jsonl:17:42 custom_id is missing</c>.</summary>
    public string Place(string file) => Column > 0 ? $"{file}:{Line}:{Column}" : $"{file}:{Line}";
}
