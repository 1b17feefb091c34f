using System.Buffers.Binary;
using Leeway.Gateway.Problems;
using Leeway.Nodes;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>
/// Finds the request that a repeated call means. With an Idempotency-Key the key decides, for a day. Without one, the same caller, path
/// and body mean a request that nobody holds a connection for and whose answer nobody got: two equal calls side by side are two requests,
/// and as many retries find as many.
/// </summary>
internal sealed class Reattachment(IRequestStore requests, INodeStore nodes, NodeStanding standing, TimeProvider clock)
{
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    // Not every SDK counts its retries. An equal call so soon after an end that nobody heard of is taken for one.
    private static readonly TimeSpan RetryWindow = TimeSpan.FromMinutes(10);

    private const int MaxKept = 100_000;

    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private readonly EarlierKeys _earlierKeys = new(requests, clock.GetUtcNow() - KeyLifetime);

    // Striped, so that two equal calls at the same moment do not both enqueue. A gate is held until the disk has the request, so there
    // are many: few would keep unequal calls out of each other's group.
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 4096).Select(_ => new SemaphoreSlim(1, 1))];

    // By attach key: the requests of this process whose answer nobody got yet, each with its connections. Those of an earlier process are
    // looked up in the store, and only they are noted once handed over.
    private readonly Dictionary<string, List<Kept>> _undelivered = [];
    private readonly HashSet<RequestId> _earlierHandedOver = [];
    private readonly Lock _lock = new();

    /// <summary>Serialises calls with equal keys until disposed.</summary>
    public async Task<IDisposable> EnterAsync(byte[] key, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate = _gates[BinaryPrimitives.ReadUInt16LittleEndian(key) % _gates.Length];
        await gate.WaitAsync(cancellationToken);
        return new Releaser(gate);
    }

    /// <summary>The earlier request with this Idempotency-Key, or null.</summary>
    public Task<RequestRecord?> FindByKeyAsync(byte[] key, CancellationToken cancellationToken) =>
        requests.FindByAttachKeyAsync(key, clock.GetUtcNow() - KeyLifetime, cancellationToken);

    /// <summary>The earlier request of this body whose answer is still owed, or null when this call is new.</summary>
    public async Task<RequestRecord?> FindByBodyAsync(byte[] key, bool isRetry, CancellationToken cancellationToken)
    {
        RequestId? kept;
        lock (_lock)
        {
            kept = _undelivered.TryGetValue(Text(key), out List<Kept>? list) ? list.Find(one => one.Holders == 0)?.Id : null;
        }

        RequestRecord? record = kept is { } id
            ? await requests.FindAsync(id, cancellationToken)
            : await FindEarlierAsync(key, isRetry, cancellationToken);
        return record is not null && (!record.Request.State.IsEnded() || isRetry || SucceededLately(record)) ? record : null;
    }

    /// <summary>Notes a connection that waits for <paramref name="id"/>; dispose when it closes. Call inside the key's gate.</summary>
    public IHold HoldFor(byte[] key, RequestId id, DateTimeOffset acceptedAt, bool isElsewhere)
    {
        if (acceptedAt >= _startedAt)
        {
            _earlierKeys.Forget(key);
        }

        lock (_lock)
        {
            string text = Text(key);
            if (!_undelivered.TryGetValue(text, out List<Kept>? list))
            {
                Forget_NeedsLock();
                _undelivered.Add(text, list = []);
            }

            Kept? kept = list.Find(one => one.Id == id);
            if (kept is null)
            {
                list.Add(kept = new Kept(id, acceptedAt, isElsewhere));
            }

            kept.Holders++;
            return new Hold(this, text, kept);
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

    private async Task<RequestRecord?> FindEarlierAsync(byte[] key, bool isRetry, CancellationToken cancellationToken)
    {
        DateTimeOffset since = clock.GetUtcNow() - KeyLifetime;
        RequestRecord? record = null;
        if (nodes.IsShared)
        {
            record = await requests.FindByBodyKeyAsync(key, since, cancellationToken);
        }
        else if (since < _startedAt && await _earlierKeys.FindAsync(key, cancellationToken) is { } id)
        {
            record = await requests.FindAttachedAsync(id, key, cancellationToken);
        }

        if (record is null || record.Request.AcceptedAt < since || !MayBeOwed(record, isRetry))
        {
            return null;
        }

        lock (_lock)
        {
            bool held = _undelivered.TryGetValue(Text(key), out List<Kept>? list) && list.Exists(one => one.Id == record.Request.Id);
            return held || _earlierHandedOver.Contains(record.Request.Id) ? null : record;
        }
    }

    /// <summary>Whether another node accepted a request.</summary>
    public bool IsElsewhere(RequestRecord record) => nodes.IsShared && standing.Lease?.Node != record.Node;

    // What this process accepted is kept above. Whether another node holds a connection for its request nobody knows here, unless it is gone; a
    // call that says it is a retry has lost its own.
    private bool MayBeOwed(RequestRecord record, bool isRetry) =>
        IsElsewhere(record) ? isRetry || standing.IsOrphaned(record.Node) : record.Request.AcceptedAt < _startedAt;

    // What ended under an earlier process may well have been handed over by it.
    private bool SucceededLately(RequestRecord record) =>
        record.Request.State == RequestState.Succeeded && record.FinishedAt is { } at && at >= _startedAt && clock.GetUtcNow() - at < RetryWindow;

    // Answers that nobody came back for.
    private void Forget_NeedsLock()
    {
        if (_undelivered.Count < MaxKept)
        {
            return;
        }

        DateTimeOffset old = clock.GetUtcNow() - KeyLifetime;
        foreach ((string key, List<Kept> list) in _undelivered)
        {
            list.RemoveAll(one => one.Holders == 0 && one.AcceptedAt < old);
            if (list.Count == 0)
            {
                _undelivered.Remove(key);
            }
        }
    }

    private static string Text(byte[] key) => Convert.ToHexString(key);

    /// <summary>A request whose answer is owed, and how many connections wait for it.</summary>
    private sealed class Kept(RequestId id, DateTimeOffset acceptedAt, bool isElsewhere)
    {
        public RequestId Id { get; } = id;

        public DateTimeOffset AcceptedAt { get; } = acceptedAt;

        public bool IsElsewhere { get; } = isElsewhere;

        public int Holders { get; set; }
    }

    private sealed class Hold(Reattachment owner, string key, Kept kept) : IHold
    {
        public void HandedOver()
        {
            lock (owner._lock)
            {
                if (owner._undelivered.TryGetValue(key, out List<Kept>? list) && list.Remove(kept) && list.Count == 0)
                {
                    owner._undelivered.Remove(key);
                }

                if (kept.IsElsewhere || kept.AcceptedAt < owner._startedAt)
                {
                    owner._earlierHandedOver.Add(kept.Id);
                }
            }
        }

        public void Dispose()
        {
            lock (owner._lock)
            {
                kept.Holders--;
            }
        }
    }

    /// <summary>One connection that waits for a request.</summary>
    public interface IHold : IDisposable
    {
        /// <summary>The caller got the answer, or a place to fetch it: an equal call from now on is a new request.</summary>
        void HandedOver();
    }

    private sealed class Releaser(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
