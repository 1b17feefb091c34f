using Leeway.Planning;
using Leeway.Queue;
using Microsoft.Extensions.Hosting;

namespace Leeway.Hosting;

/// <summary>Keeps what is planned otherwise than at acceptance, so that a request's timeline can tell it. Only for hosts that show timelines.</summary>
public sealed class PlanJournal(QueueIndex index, IPlanStore plans, TimeProvider clock) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        index.Replanned += Note;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        index.Replanned -= Note;
        return Task.CompletedTask;
    }

    private void Note(QueuedRequest request, LanePlan plan) =>
        plans.Append(new RequestPlan(request.Id, clock.GetUtcNow(), new PlanNote(PlanText.Of(plan), plan.DispatchAt)));
}
