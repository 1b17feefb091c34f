namespace Leeway.Adapters.Wire.Batches;

/// <summary>How a vendor's copy of OpenAI's batch and file API departs from the original; the defaults are the original.</summary>
internal sealed record BatchDialect
{
    /// <summary>Where inputs are uploaded.</summary>
    public string UploadPath { get; init; } = "/files";

    /// <summary>The upload's <c>purpose</c>.</summary>
    public string Purpose { get; init; } = "batch";

    /// <summary>Whether the upload names its file in a field <c>file_name</c> too.</summary>
    public bool FormNamesFile { get; init; }

    /// <summary>Whether an uploaded file is processed before a job may name it: create waits until it is.</summary>
    public bool ProcessesFiles { get; init; }

    /// <summary>How a job names its endpoint.</summary>
    public Func<Deployment, string, string> EndpointOf { get; init; } = static (_, endpoint) => endpoint;

    /// <summary>Whether a line names the method and endpoint of its call.</summary>
    public bool LinesNameCall { get; init; } = true;

    /// <summary>Whether jobs have metadata: without, <see cref="ProviderBatch.InputFile"/> tells whose a job is.</summary>
    public bool HasMetadata { get; init; } = true;

    /// <summary>The member of create's answer that holds the job; null when the answer is the job.</summary>
    public string? CreatedMember { get; init; }

    /// <summary>Whether lists come in pages, newest first; else whole, in no order.</summary>
    public bool Pages { get; init; } = true;

    /// <summary>Whether a failed job ran nothing, even when it names files.</summary>
    public bool FailedRanNothing { get; init; }

    /// <summary>What a line says of its call; null for nothing.</summary>
    public string? CallOf(Deployment deployment, string endpoint) => LinesNameCall ? EndpointOf(deployment, endpoint) : null;
}
