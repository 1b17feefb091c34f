namespace Leeway.Sandbox.Files;

/// <summary>OpenAI's rules of files; an API that copies them may set others.</summary>
internal sealed record FileRules(FileStore Store)
{
    public const string Processed = "processed";

    public IReadOnlyList<string> Purposes { get; init; } = ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"];

    public long MaxBytes { get; init; } = 200L * 1024 * 1024;

    public int MinExpirySeconds { get; init; } = 3600;

    /// <summary>Of batch files whose upload asks for none; null keeps them.</summary>
    public TimeSpan? BatchExpiry { get; init; } = FileExpiry.BatchDefault;

    /// <summary>How many files that never expire may be kept.</summary>
    public int MaxWithoutExpiry { get; init; } = int.MaxValue;

    /// <summary>How long a new file is being looked at before it may be used.</summary>
    public TimeSpan ProcessingTime { get; init; }

    /// <summary>Status until then.</summary>
    public string UnprocessedStatus { get; init; } = Processed;

    /// <summary>HTTP status of an upload.</summary>
    public int UploadedCode { get; init; } = 200;

    /// <summary>Only what is uploaded is looked at.</summary>
    public bool IsProcessed(StoredFile file, DateTimeOffset now) => file.Purpose == "batch_output" || file.CreatedAt + ProcessingTime <= now;

    public string StatusOf(StoredFile file, DateTimeOffset now) => IsProcessed(file, now) ? Processed : UnprocessedStatus;
}
