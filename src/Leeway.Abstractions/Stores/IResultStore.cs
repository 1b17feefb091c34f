namespace Leeway;

/// <summary>Ends of requests.</summary>
public interface IResultStore
{
    /// <summary>
    /// Records ends: result, state, attempt's outcome, ledger entry and delivery row in one transaction, durable when the task completes.
    /// Repeating a call changes nothing (entries are unique by request and attempt). Succeeded and failed are final; cancelled and
    /// expired give way to succeeded.
    /// </summary>
    Task<IReadOnlyList<FinishOutcome>> FinishAsync(IReadOnlyList<FinishedRequest> ends, CancellationToken cancellationToken);
}
