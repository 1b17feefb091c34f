using System.Globalization;
using Leeway.Sandbox.CloudStorage;
using Leeway.Sandbox.Jobs;
using Leeway.Sandbox.Ledger;

namespace Leeway.Sandbox.VertexJobs;

/// <summary>Batch prediction jobs: up to 72 hours in the queue, then up to 24 hours of running.</summary>
internal sealed class VertexJobStore(SandboxWorld world, ObjectStore objects) : JobStore<VertexJob>(world, TimeSpan.FromHours(24), TimeSpan.FromHours(72))
{
    public ObjectStore Objects => objects;

    public VertexJob Create(VertexJobInput input)
    {
        var number = ulong.Parse(World.Ids.Next("")[..15], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var job = Add(number.ToString(CultureInfo.InvariantCulture), start => new VertexJob
        {
            Id = start.Id,
            CreatedAt = start.CreatedAt,
            VisibleAt = start.VisibleAt,
            // A job with wrong files fails as soon as it would run.
            Plan = input.Error is null ? start.Plan : start.Plan with { EndsAt = start.Plan.InProgressAt },
            AnswerIsLost = start.AnswerIsLost,
            Input = input,
        });
        World.Ledger.SeeRows(input.Ids.Where(id => id.Length > 0));
        return job;
    }

    protected override void Run(VertexJob job)
    {
        if (job.Input.Error is not null)
        {
            job.Output = new VertexJobOutput(null, 0, 0, 0, 0);
            return;
        }

        using var runner = new VertexJobRunner(World, objects, job);
        job.Output = runner.Run();
    }

    protected override BatchBill Bill(VertexJob job) => new(
        job.Name, job.StateAt(World.Clock.Now), job.Input.ModelName, job.Input.Uris[0], job.CreatedAt, job.Input.Rows.Count,
        job.Output?.Succeeded ?? 0, job.Output?.Failed ?? 0, job.Output?.Succeeded ?? 0, job.Output?.CostUsd ?? 0,
        new Dictionary<string, string> { ["displayName"] = job.Input.DisplayName });
}
