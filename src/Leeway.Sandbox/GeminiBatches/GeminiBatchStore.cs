using Leeway.Sandbox.GeminiFiles;
using Leeway.Sandbox.Jobs;
using Leeway.Sandbox.Ledger;

namespace Leeway.Sandbox.GeminiBatches;

/// <summary>Batches of the Gemini API. One that has not completed after 48 hours, waiting or running, expires.</summary>
internal sealed class GeminiBatchStore(SandboxWorld world, GeminiFileStore files) : JobStore<GeminiBatch>(world, s_window, s_window)
{
    private static readonly TimeSpan s_window = TimeSpan.FromHours(48);

    public GeminiBatch Create(GeminiBatchInput input)
    {
        var batch = Add(World.Ids.Next(""), start => new GeminiBatch
        {
            Id = start.Id,
            CreatedAt = start.CreatedAt,
            VisibleAt = start.VisibleAt,
            Plan = start.Plan,
            AnswerIsLost = start.AnswerIsLost,
            Input = input,
        });
        World.Ledger.SeeRows(input.Ids.Where(id => id.Length > 0));
        return batch;
    }

    /// <summary>Prompt tokens of a model in live batches.</summary>
    public long CountEnqueued(string modelId) => Live().Where(batch => batch.Input.Model.Id == modelId).Sum(batch => batch.Input.PromptTokens);

    /// <summary>Deletes the batch and its result. Rows that run go on, and are billed.</summary>
    public void Delete(GeminiBatch batch)
    {
        batch.IsDeleted = true;
        if (batch.Output?.FileName is { } name)
        {
            files.Delete(name["files/".Length..]);
        }
    }

    protected override void Run(GeminiBatch job)
    {
        // Whatever had run by then, nothing is given back; so nothing is billed either (assumed).
        if (job.CancellingAt is not null || job.Plan.Expires)
        {
            job.Output = new GeminiBatchOutput(null, [], 0, 0, 0);
            return;
        }

        using var runner = new GeminiBatchRunner(World, files, job);
        job.Output = runner.Run();
        if (job.IsDeleted)
        {
            Delete(job);
        }
    }

    protected override BatchBill Bill(GeminiBatch job) => new(
        job.Name, job.StateAt(World.Clock.Now), job.Input.ModelName, job.Input.FileName ?? "", job.CreatedAt, job.Input.Lines.Count,
        job.Output?.Succeeded ?? 0, job.Output?.Failed ?? 0, job.Output?.Succeeded ?? 0, job.Output?.CostUsd ?? 0,
        new Dictionary<string, string> { ["displayName"] = job.Input.DisplayName });
}
