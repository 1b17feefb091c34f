namespace Leeway;

/// <summary>Clients' batches. Their lines are in <see cref="IRequestStore"/>, as the run that has the batch's id.</summary>
public interface IClientBatchStore
{
    /// <summary>Adds a batch and holds its input file for it.</summary>
    /// <returns>False, and nothing is written, when its team cannot see the file.</returns>
    Task<bool> AddAsync(ClientBatch batch, CancellationToken cancellationToken);

    /// <summary>A batch of a team in a dialect, or null.</summary>
    Task<ClientBatch?> FindAsync(ClientBatchId id, Dialect dialect, string team, CancellationToken cancellationToken);

    /// <summary>The batch of a team whose output or error file has, or will have, this id; or null.</summary>
    Task<ClientBatch?> FindByFileAsync(FileId file, string team, CancellationToken cancellationToken);

    /// <summary>A team's batches, newest first: those made before <paramref name="after"/>, or the nearest ones made after <paramref name="before"/>.</summary>
    Task<IReadOnlyList<ClientBatch>> ListAsync(
        Dialect dialect, string team, ClientBatchId? after, ClientBatchId? before, int limit, CancellationToken cancellationToken);

    /// <summary>Batches of a node's number that have not ended, oldest first.</summary>
    Task<IReadOnlyList<ClientBatch>> LoadOpenAsync(int node, CancellationToken cancellationToken);

    /// <summary>
    /// Makes lines durable while the batch is validating, in one transaction. A line whose custom id the batch has already is left out, so
    /// that an interrupted acceptance may begin anew.
    /// </summary>
    /// <returns>The lines written now; null when the batch is no longer validating, and nothing is written.</returns>
    Task<IReadOnlyList<NewRequest>?> AcceptAsync(
        ClientBatchId id, IReadOnlyList<NewRequest> lines, IReadOnlyList<LineProblem> bad, CancellationToken cancellationToken);

    /// <summary>Replaces a batch's row if its stored state is <paramref name="expected"/>. An end also makes its files visible, ends the hold on its input and tells whom it is to be told.</summary>
    /// <returns>False when the stored state differs; nothing is written then.</returns>
    Task<bool> UpdateAsync(ClientBatch batch, ClientBatchState expected, IReadOnlyList<StoredFile> files, IReadOnlyList<LineProblem> problems, CancellationToken cancellationToken);

    /// <summary>Removes an ended batch.</summary>
    /// <returns>False when there is none that has ended.</returns>
    Task<bool> DeleteAsync(ClientBatchId id, CancellationToken cancellationToken);

    /// <summary>Its lines as they stand.</summary>
    Task<ClientBatchCounts> CountAsync(ClientBatchId id, CancellationToken cancellationToken);

    /// <summary>Tokens paid for its answers.</summary>
    Task<TokenUsage> SumUsageAsync(ClientBatchId id, CancellationToken cancellationToken);

    /// <summary>Its lines that have ended, in order of id, after the given one, with their results.</summary>
    Task<IReadOnlyList<EndedLine>> ReadEndedAsync(ClientBatchId id, RequestId? after, int limit, CancellationToken cancellationToken);

    /// <summary>Its lines that are open, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<RequestId>> ListOpenAsync(ClientBatchId id, int limit, CancellationToken cancellationToken);

    /// <summary>Whether a cancelled line of it is still in a provider's batch, whose paid result may yet arrive.</summary>
    Task<bool> AwaitsPaidAsync(ClientBatchId id, CancellationToken cancellationToken);

    /// <summary>What is wrong with its lines, in order of lines, after the given one.</summary>
    Task<IReadOnlyList<LineProblem>> ReadProblemsAsync(ClientBatchId id, int afterLine, int limit, CancellationToken cancellationToken);
}

/// <summary>A line that has ended.</summary>
/// <param name="Request">Its request.</param>
/// <param name="CustomId">The client's own id.</param>
/// <param name="State">How it ended.</param>
/// <param name="Result">What it ended with; null when its owner has deleted that.</param>
public sealed record EndedLine(RequestId Request, string CustomId, RequestState State, RequestResult? Result);
