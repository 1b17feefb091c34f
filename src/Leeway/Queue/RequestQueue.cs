using Leeway.Ledger.Budgets;
using Leeway.Nodes;
using Leeway.Results;
using Leeway.Telemetry;

namespace Leeway.Queue;

/// <summary>Takes deferred requests in, durably, and lets their owners withdraw them.</summary>
public sealed class RequestQueue
{
    private const int RequeuedAtOnce = 1000;

    private readonly IRequestStore _store;
    private readonly QueueIndex _index;
    private readonly ResultRecorder _recorder;
    private readonly NodeStanding _standing;
    private readonly TimeProvider _clock;
    private readonly IdSource _ids;
    private readonly LeewayInstruments _instruments;

    /// <summary>Creates the queue.</summary>
    public RequestQueue(IRequestStore store, QueueIndex index, ResultRecorder recorder, BudgetBook budgets, NodeStanding standing, TimeProvider clock, IdSource ids, LeewayInstruments instruments)
    {
        (_store, _index, _recorder, _standing, _clock, _ids, _instruments) = (store, index, recorder, standing, clock, ids, instruments);
        recorder.Ended += end => index.Remove(end.Id);
        index.Removed += request => budgets.GiveBack(request.Id, request.Caller, request.Reserved);
        instruments.Observe("leeway.queue.open", "{request}", "Open deferred requests.", () => index.Count);
    }

    /// <summary>
    /// Takes a number's open requests from the store into the index: of this node before a restart, or of a node that is gone. One that was
    /// being answered then goes back to the queue: whether that answer was paid is unknown, and its attempt says so.
    /// </summary>
    public async Task LoadAsync(int node, CancellationToken cancellationToken)
    {
        using IDisposable loading = _index.BeginLoading();
        var interrupted = new List<RequestId>();
        await foreach (QueuedRequest request in _store.LoadOpenAsync(node, cancellationToken))
        {
            // What is here already has come in since, and runs here.
            if (_index.Add(request) && request.State == RequestState.Running)
            {
                interrupted.Add(request.Id);
            }

            if (interrupted.Count == RequeuedAtOnce)
            {
                await RequeueAsync(interrupted, cancellationToken);
            }
        }

        await RequeueAsync(interrupted, cancellationToken);
    }

    private async Task RequeueAsync(List<RequestId> interrupted, CancellationToken cancellationToken)
    {
        if (interrupted.Count > 0)
        {
            _index.MarkQueued(await _store.RequeueAsync([.. interrupted], "interrupted", _clock.GetUtcNow(), cancellationToken));
            interrupted.Clear();
        }
    }

    /// <summary>Makes a request durable, then plannable. When the task completes, no crash loses it.</summary>
    /// <returns>Its id; an earlier one when the run had already sent this line.</returns>
    public async Task<RequestId> EnqueueAsync(NewRequest request, CancellationToken cancellationToken)
    {
        int term = _standing.Term;
        RequestId id = await _store.AddAsync(request, cancellationToken);
        if (id == request.Id)
        {
            Adopt(request, term);
        }

        return id;
    }

    /// <summary>Makes a request plannable that somebody else has just made durable.</summary>
    /// <param name="request">The request.</param>
    /// <param name="term">The node's term before it became durable: when another has begun since, whoever took the work over has it.</param>
    public void Adopt(NewRequest request, int term)
    {
        if (term != _standing.Term)
        {
            return;
        }

        if (_instruments.Accepted.Enabled)
        {
            _instruments.Accepted.Add(1, new KeyValuePair<string, object?>("priority", request.Priority.ToString()));
        }

        _index.Add(AsQueued(request));
    }

    /// <summary>A request as it stands once it was made durable.</summary>
    public static QueuedRequest AsQueued(NewRequest request) => new()
    {
        Id = request.Id,
        State = RequestState.Queued,
        Priority = request.Priority,
        Group = new GroupKey(request.Deployment, request.Endpoint, request.Model),
        AcceptedAt = request.AcceptedAt,
        Deadline = request.Deadline,
        PinnedLane = request.PinnedLane,
        BodyBytes = request.BodyBytes,
        EstimatedInputTokens = request.EstimatedInputTokens,
        Prefix = request.Prefix,
        Caller = request.Caller,
        Team = request.Team,
        Reserved = request.Reserved,
        Run = request.Run,
    };

    /// <summary>Withdraws a request. A paid result that arrives later still replaces this end.</summary>
    /// <returns>True when it was open.</returns>
    public async Task<bool> CancelAsync(RequestId id, RequestResult result, CancellationToken cancellationToken) =>
        await CancelAsync([id], result, cancellationToken) > 0;

    /// <summary>Withdraws requests in one transaction.</summary>
    /// <returns>How many of them were open.</returns>
    public async Task<int> CancelAsync(IReadOnlyList<RequestId> ids, RequestResult result, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        IReadOnlyList<FinishOutcome> outcomes = await _recorder.RecordAsync(
            [
                .. ids.Select(id => new FinishedRequest
                {
                    Id = id,
                    Attempt = 0,
                    To = RequestState.Cancelled,
                    Outcome = "cancelled",
                    Lane = Lane.Batch,
                    Result = result,
                    At = now,
                    Delivery = new DeliveryId(_ids.Next()),
                }),
            ],
            cancellationToken);
        return outcomes.Count(outcome => outcome == FinishOutcome.Recorded);
    }
}
