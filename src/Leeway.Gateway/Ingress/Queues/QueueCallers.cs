using Leeway.Gateway.Access;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Queues;

/// <summary>On whose behalf the requests of a queue are made. The operator has named it; a key that no longer counts stops the queue, whose messages wait.</summary>
internal sealed class QueueCallers(KeyRing keys, TimeProvider clock)
{
    /// <summary>The caller, or null and why there is none now.</summary>
    public Principal? Find(string name, QueueConfig queue, out string? why)
    {
        why = null;
        if (queue.Key is not { } text)
        {
            return new Principal(CallerBudgets.QueuePrefix + name, queue.Owner);
        }

        DateTimeOffset now = clock.GetUtcNow();
        VirtualKey? key = KeyId.TryParse(text, out KeyId id) ? keys.Book.Find(id) : null;
        why = key is null ? $"there is no key {text}"
            : key.RevokedAt is { } revoked ? $"the key {text} was revoked at {Json.Instant(revoked)}"
            : key.ExpiresAt is { } end && now >= end ? $"the key {text} expired at {Json.Instant(end)}"
            : null;
        if (why is not null)
        {
            return null;
        }

        keys.NoteUse(id, now);
        return new Principal(text, key!.Team, key);
    }
}
