using Leeway.Sandbox.Laws;

namespace Leeway.Sandbox.Responses;

/// <summary>The responses that can be read again. Those in the background are billed when their time has come and someone looks.</summary>
internal sealed class ResponseStore(SandboxClock clock, Action<ResponseAnswer> bill)
{
    // A long run stores each of its answers, so the oldest go.
    private const int MaxStored = 20_000;

    // Beyond this the provider forgets.
    private static readonly TimeSpan s_retention = TimeSpan.FromDays(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResponseRecord> _byId = new(StringComparer.Ordinal);
    private readonly Queue<ResponseRecord> _oldest = [];
    private readonly List<ResponseRecord> _unsettled = [];
    private readonly List<ResponseRecord> _untold = [];

    public void Add(ResponseRecord record)
    {
        lock (_lock)
        {
            _byId.Add(record.Id, record);
            _oldest.Enqueue(record);
            if (!record.IsSettled)
            {
                _unsettled.Add(record);
                _untold.Add(record);
            }

            while (_oldest.Count > MaxStored)
            {
                _byId.Remove(_oldest.Dequeue().Id);
            }
        }
    }

    public ResponseRecord? Find(string id)
    {
        Settle();
        lock (_lock)
        {
            return _byId.TryGetValue(id, out var record) && record.Timeline.CreatedAt + s_retention > clock.Now ? record : null;
        }
    }

    /// <summary>A response that is done stays done.</summary>
    public void Cancel(ResponseRecord record)
    {
        Settle();
        lock (_lock)
        {
            if (record.StatusAt(clock.Now) is ResponseStatus.Queued or ResponseStatus.InProgress)
            {
                record.Cancelling.TrySetResult();
            }
        }
    }

    /// <summary>One that runs in the background goes on, unseen, and is billed.</summary>
    public bool Delete(string id)
    {
        lock (_lock)
        {
            return _byId.Remove(id);
        }
    }

    /// <summary>Bills what has been completed since.</summary>
    public void Settle()
    {
        lock (_lock)
        {
            var now = clock.Now;
            foreach (var record in _unsettled.Where(record => record.Timeline.EndsAt <= now && record.StatusAt(now) == ResponseStatus.Done))
            {
                bill(record.Answer);
                record.IsSettled = true;
            }

            _unsettled.RemoveAll(record => record.IsSettled || record.StatusAt(now) is ResponseStatus.Failed or ResponseStatus.Cancelled);
        }
    }

    /// <summary>The background responses that have ended by the clock, each given once, and the next instant at which one will.</summary>
    public (IReadOnlyList<ResponseRecord> Ended, DateTimeOffset? Next) TakeEnded()
    {
        lock (_lock)
        {
            var now = clock.Now;
            var ended = _untold.FindAll(record => record.StatusAt(now) is not (ResponseStatus.Queued or ResponseStatus.InProgress));
            _untold.RemoveAll(ended.Contains);
            return (ended, _untold.Count == 0 ? null : _untold.Min(record => record.Timeline.EndsAt));
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _untold.Clear();
            _byId.Clear();
            _oldest.Clear();
            _unsettled.Clear();
        }
    }
}
