namespace Leeway.Gateway.Ingress.Batches;

/// <summary>What owners do with their batches, whatever the dialect.</summary>
internal sealed class BatchDesk(IClientBatchStore batches, TimeProvider clock)
{
    /// <summary>Raised when there is something to do for the loop.</summary>
    public event Action? Changed;

    /// <summary>Makes a batch durable; its lines follow.</summary>
    /// <returns>False when the team cannot see the input file.</returns>
    public async Task<bool> CreateAsync(ClientBatch batch, CancellationToken cancellationToken)
    {
        bool created = await batches.AddAsync(batch, cancellationToken);
        Changed?.Invoke();
        return created;
    }

    /// <summary>Withdraws a batch. Results that are paid for already still count.</summary>
    /// <returns>The batch as it is now; one that has ended, or is about to, is left as it is.</returns>
    public async Task<ClientBatch> CancelAsync(ClientBatch batch, CancellationToken cancellationToken)
    {
        ClientBatch current = batch;
        while (current.State is ClientBatchState.Validating or ClientBatchState.InProgress)
        {
            ClientBatch cancelling = current with { State = ClientBatchState.Cancelling, CancellingAt = clock.GetUtcNow() };
            if (await batches.UpdateAsync(cancelling, current.State, [], [], cancellationToken))
            {
                Changed?.Invoke();
                return cancelling;
            }

            // It has moved on meanwhile.
            current = await batches.FindAsync(batch.Id, batch.Dialect, batch.Team, cancellationToken) ?? throw new InvalidOperationException($"{batch.PrintedId} is gone.");
        }

        return current;
    }

    /// <summary>A batch with its lines as they stand, and what was wrong with them when it failed.</summary>
    public async Task<BatchView> ViewAsync(ClientBatch batch, CancellationToken cancellationToken) => new(
        batch,
        batch.State.IsEnded() ? batch.Counts : await batches.CountAsync(batch.Id, cancellationToken),
        batch.State == ClientBatchState.Failed ? await batches.ReadProblemsAsync(batch.Id, -1, int.MaxValue, cancellationToken) : []);

    /// <summary>The same for a page of them.</summary>
    public async Task<IReadOnlyList<BatchView>> ViewAsync(IEnumerable<ClientBatch> page, CancellationToken cancellationToken)
    {
        var views = new List<BatchView>();
        foreach (ClientBatch batch in page)
        {
            views.Add(await ViewAsync(batch, cancellationToken));
        }

        return views;
    }
}

/// <summary>A batch as its owner sees it.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Counts">Its lines as they stand.</param>
/// <param name="Problems">Why it failed.</param>
internal sealed record BatchView(ClientBatch Batch, ClientBatchCounts Counts, IReadOnlyList<LineProblem> Problems);
