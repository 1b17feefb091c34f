using Leeway.Gateway.Access;
using Leeway.Gateway.Problems;
using Leeway.Ledger;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>Takes a request in that nobody is connected for: a run's line, a message. Understood and checked as a call's, then made durable.</summary>
internal sealed class RequestTaker(Intake intake, BudgetDesk desk)
{
    /// <summary>Makes a request durable, or says why not. One that says nothing of its deadline waits as briefly as now allows.</summary>
    /// <param name="headers">Its signals.</param>
    /// <param name="endpoint">The path asked for.</param>
    /// <param name="body">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="wait">The deadline or priority of where it came from, for one that says nothing itself; or null.</param>
    /// <param name="complete">Adds what its frame says.</param>
    /// <param name="cancellationToken">Ends the taking.</param>
    public async Task<TakenRequest> TakeAsync(
        IHeaderDictionary headers, string endpoint, ReadOnlyMemory<byte> body, Principal caller, string? wait, Func<NewRequest, NewRequest> complete, CancellationToken cancellationToken)
    {
        Understood? request = intake.Understand(headers, endpoint, null, body.Span, caller, out Problem? problem, wait: wait);
        if (request is null)
        {
            return new TakenRequest(null, false, problem);
        }

        int estimated = TokenEstimator.Estimate(body.Span);
        if (intake.CheckDeferred(request, estimated) is { } refused)
        {
            return new TakenRequest(null, false, refused);
        }

        NewRequest made = complete(intake.Durable(request, body, estimated));
        (RequestId id, Problem? overBudget) = await desk.EnqueueAsync(made, cancellationToken);
        return overBudget is null ? new TakenRequest(id, id != made.Id, null) : new TakenRequest(null, false, overBudget);
    }
}

/// <summary>What taking a request in came to.</summary>
/// <param name="Id">Its id, or that of the earlier one that it repeats; null when it is refused.</param>
/// <param name="IsRepeated">Whether its run had it already.</param>
/// <param name="Problem">Why it is refused.</param>
internal readonly record struct TakenRequest(RequestId? Id, bool IsRepeated, Problem? Problem);
