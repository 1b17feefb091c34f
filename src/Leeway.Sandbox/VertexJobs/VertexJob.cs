using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Jobs;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.VertexJobs;

/// <summary>
/// A BatchPredictionJob: <c>PENDING → RUNNING → SUCCEEDED</c>, or <c>FAILED</c>, <c>EXPIRED</c>, or <c>CANCELLING → CANCELLED</c>. Cut off while it runs, it keeps
/// the rows that have run; one that never started stays <c>QUEUED</c> and expires with none.
/// </summary>
internal sealed class VertexJob : Job
{
    public required VertexJobInput Input { get; init; }

    public VertexJobOutput? Output { get; set; }

    public string Name => $"{Input.Parent}/batchPredictionJobs/{Id}";

    public override bool HasEnded => Output is not null;

    /// <summary>Without the prefix <c>JOB_STATE_</c>.</summary>
    public string StateAt(DateTimeOffset now) =>
        Output is not null ? Input.Error is not null ? "FAILED" : CancellingAt is not null ? "CANCELLED" : Plan.Expires ? "EXPIRED" : "SUCCEEDED"
        : CancellingAt is not null ? "CANCELLING"
        : Plan.Expires && Plan.DoneAtEnd == 0 ? "QUEUED"
        : now < Plan.InProgressAt ? "PENDING" : "RUNNING";
}

/// <summary>What a create body names. Its files are read at create.</summary>
/// <param name="Parent"><c>projects/…/locations/…</c>.</param>
/// <param name="ModelResource">As the body has it.</param>
/// <param name="IsClaude">True for rows in Anthropic's shape, which have a custom_id.</param>
/// <param name="Error">What makes the whole job fail, or null.</param>
internal sealed record VertexJobInput(
    string Parent,
    string DisplayName,
    string ModelResource,
    SandboxModel Model,
    string ModelName,
    bool IsClaude,
    IReadOnlyList<string> Uris,
    string OutputPrefix,
    IReadOnlyList<(FileContent Content, JsonLine Line)> Rows,
    IReadOnlyList<string> Ids,
    ApiError? Error);

/// <summary>What an ended job has left.</summary>
/// <param name="Directory"><c>gs://…</c>; null when no row has run.</param>
internal sealed record VertexJobOutput(string? Directory, int Succeeded, int Failed, int Incomplete, decimal CostUsd);
