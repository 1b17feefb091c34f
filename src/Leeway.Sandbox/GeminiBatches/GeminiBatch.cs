using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Jobs;
using Leeway.Sandbox.Models;

namespace Leeway.Sandbox.GeminiBatches;

/// <summary>One batch of the Gemini API: <c>PENDING → RUNNING → SUCCEEDED</c>, or <c>CANCELLED</c> or <c>EXPIRED</c>, which give nothing back.</summary>
internal sealed class GeminiBatch : Job
{
    public required GeminiBatchInput Input { get; init; }

    public GeminiBatchOutput? Output { get; set; }

    public string Name => "batches/" + Id;

    public override bool HasEnded => Output is not null;

    /// <summary>Without the prefix <c>BATCH_STATE_</c>.</summary>
    public string StateAt(DateTimeOffset now) =>
        Output is not null ? CancellingAt is not null ? "CANCELLED" : Plan.Expires ? "EXPIRED" : "SUCCEEDED"
        : now < Plan.InProgressAt || Plan.DoneAtEnd == 0 ? "PENDING" : "RUNNING";
}

/// <summary>What a create body names, read and checked whole.</summary>
/// <param name="FileName"><c>files/…</c>; null when the requests stand in the body.</param>
/// <param name="Embeds">True for embeddings.</param>
/// <param name="Ids">Per row its key, for the ledger.</param>
internal sealed record GeminiBatchInput(
    SandboxModel Model, string ModelName, string DisplayName, string? FileName, bool Embeds, FileContent Content, IReadOnlyList<JsonLine> Lines, IReadOnlyList<string> Ids, long PromptTokens);

/// <summary>What an ended batch has left.</summary>
/// <param name="FileName">Of the result file.</param>
/// <param name="Inlined">The results as JSON, one per request of the body.</param>
internal sealed record GeminiBatchOutput(string? FileName, IReadOnlyList<ReadOnlyMemory<byte>> Inlined, int Succeeded, int Failed, decimal CostUsd);
