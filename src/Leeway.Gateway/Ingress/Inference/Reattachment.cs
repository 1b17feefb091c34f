using Leeway.Gateway.Problems;
using Leeway.Results;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>
/// Finds the request that a repeated call means. With an Idempotency-Key the key decides, for a day. Without one, the same caller, path
/// and body mean the same request only while nobody holds a connection for it and its result was not yet handed over on one: two equal
/// calls side by side are two requests.
/// </summary>
internal sealed class Reattachment(IRequestStore requests, ResultWaiters waiters, TimeProvider clock)
{
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    // Striped, so that two equal calls at the same moment do not both enqueue.
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];
    private readonly Dictionary<RequestId, DateTimeOffset> _handedOver = [];
    private readonly Lock _lock = new();

    /// <summary>Serialises calls with equal keys until disposed.</summary>
    public async Task<IDisposable> EnterAsync(byte[] key, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate = _gates[key[0] & 63];
        await gate.WaitAsync(cancellationToken);
        return new Releaser(gate);
    }

    /// <summary>The earlier request, or null when this call is new.</summary>
    public async Task<RequestRecord?> FindAsync(byte[] key, bool byKey, bool isRetry, CancellationToken cancellationToken)
    {
        RequestRecord? record = await requests.FindByAttachKeyAsync(key, clock.GetUtcNow() - KeyLifetime, cancellationToken);
        if (record is null || byKey)
        {
            return record;
        }

        RequestId id = record.Request.Id;
        if (waiters.IsHeld(id) || WasHandedOver(id))
        {
            return null;
        }

        // An ended request whose holder left is the answer to that holder's retry; a first call later that day is a new request.
        return !record.Request.State.IsEnded() || isRetry ? record : null;
    }

    /// <summary>Notes that a connection got the result.</summary>
    public void HandedOver(RequestId id)
    {
        DateTimeOffset now = clock.GetUtcNow();
        lock (_lock)
        {
            _handedOver[id] = now;
            if (_handedOver.Count > 100_000)
            {
                foreach (RequestId old in _handedOver.Where(pair => now - pair.Value > KeyLifetime || _handedOver.Count > 200_000).Select(pair => pair.Key).ToList())
                {
                    _handedOver.Remove(old);
                }
            }
        }
    }

    /// <summary>The refusal of a key that was used for another body.</summary>
    public static Problem OtherBody(string key, RequestId id) => new()
    {
        Code = "idempotency_mismatch",
        Message = $"Idempotency-Key '{Short.Of(key)}' was used for another body, as {id}.",
        Field = "Idempotency-Key",
        Value = Short.Of(key),
        Remedy = "Use a new key for a new request. Nothing was queued.",
    };

    private bool WasHandedOver(RequestId id)
    {
        lock (_lock)
        {
            return _handedOver.ContainsKey(id);
        }
    }

    private sealed class Releaser(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
