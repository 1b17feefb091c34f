using Leeway.Gateway.Access;
using Leeway.Gateway.Problems;
using Leeway.Ledger.Budgets;
using Leeway.Queue;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>Sets aside what requests may cost before they are accepted, on the budgets of their callers.</summary>
internal sealed class BudgetDesk(BudgetBook budgets, IAllowanceStore store, RequestQueue queue, IRequestStore requests, IConfigSource config, TimeProvider clock)
{
    /// <summary>Whether a caller's requests count on any budget. Costs nothing where there are none.</summary>
    public bool Holds(Principal caller) => (caller.Key?.Budget is not null || config.Current.Teams.Count > 0) && budgets.Holds(caller.Label);

    /// <summary>Sets aside what a request may cost.</summary>
    /// <param name="id">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="amount">USD; null where no budget holds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Why it cannot be, or null.</returns>
    public async ValueTask<Problem?> SetAsideAsync(RequestId id, string caller, decimal? amount, CancellationToken cancellationToken) =>
        amount is { } usd && await budgets.SetAsideAsync(store, id, caller, usd, cancellationToken) is { } usedUp
            ? BudgetProblems.Exceeded(usedUp, usd, clock.GetUtcNow())
            : null;

    /// <summary>Gives it back.</summary>
    public void GiveBack(RequestId id, string caller, decimal? amount) => budgets.GiveBack(id, caller, amount);

    /// <summary>Makes a request durable within its caller's budgets.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="prepare">What has to be durable before it, once it fits into its budgets; or null.</param>
    /// <returns>Its id, or that of the earlier one that it repeats; or why it is refused.</returns>
    public async Task<(RequestId Id, Problem? Problem)> EnqueueAsync(NewRequest request, CancellationToken cancellationToken, Func<Task>? prepare = null)
    {
        if (await SetAsideAsync(request.Id, request.Caller, request.Reserved, cancellationToken) is { } problem)
        {
            // A line that its run has sent before is there, and costs nothing more.
            RequestId? earlier = request is { Run: { } run, CustomId: { } name } ? await requests.FindLineAsync(request.Team, run, name, cancellationToken) : null;
            return earlier is null ? (default, problem) : (earlier.Value, null);
        }

        RequestId id = default;
        bool mayBeThere = false;
        try
        {
            await (prepare?.Invoke() ?? Task.CompletedTask);
            id = await queue.EnqueueAsync(request, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whether the store has it is not known: it stays set aside.
            mayBeThere = true;
            throw;
        }
        finally
        {
            if (id != request.Id && !mayBeThere)
            {
                GiveBack(request.Id, request.Caller, request.Reserved);
            }
        }

        return (id, null);
    }
}
