namespace Leeway;

/// <summary>OpenAI's purposes of files.</summary>
public static class FilePurposes
{
    /// <summary>Input of a client's batch.</summary>
    public const string Batch = "batch";

    /// <summary>Output or errors of a client's batch.</summary>
    public const string BatchOutput = "batch_output";

    /// <summary>What a client may upload for.</summary>
    public static IReadOnlyList<string> Accepted { get; } = ["assistants", Batch, "fine-tune", "vision", "user_data", "evals"];
}
