namespace Leeway;

/// <summary>What is kept of Responses beside their requests.</summary>
public interface IResponseStore
{
    /// <summary>
    /// Keeps, before the request is accepted, whether its end is told as a response's, and its <c>previous_response_id</c> as the client gave
    /// it; the stored body has the provider's.
    /// </summary>
    Task KeepAsync(RequestId id, bool background, string? previous, CancellationToken cancellationToken);

    /// <summary>What is kept of a response; null when it has nothing of its own.</summary>
    Task<ResponseNote?> FindAsync(RequestId id, CancellationToken cancellationToken);

    /// <summary>Deletes the content of a response whose request has ended: body and result. Its row and its ledger entries stay, because a paid result may still come.</summary>
    Task DeleteAsync(RequestId id, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The secret that seals ids of providers: 32 random bytes, <paramref name="candidate"/> when there is none yet.</summary>
    Task<byte[]> SealingKeyAsync(byte[] candidate, CancellationToken cancellationToken);
}

/// <summary>What is kept of one response.</summary>
/// <param name="Previous">Its <c>previous_response_id</c> as the client gave it, or null.</param>
/// <param name="IsDeleted">Whether its owner deleted it.</param>
public sealed record ResponseNote(string? Previous, bool IsDeleted);
