using Leeway.Sandbox.Laws;

namespace Leeway.Sandbox.Serverless;

/// <summary>One instance per name: started by a call, gone when none has come for a while.</summary>
internal sealed class Instances(SandboxClock clock, TimeSpan coldStart, TimeSpan idleAfter)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Instance> _byName = new(StringComparer.Ordinal);

    /// <summary>Counts a call in; gives the instant from which on it may be served, and whether that is still to come.</summary>
    public (DateTimeOffset ReadyAt, bool IsStarting) Enter(string name)
    {
        lock (_lock)
        {
            var now = clock.Now;
            if (!_byName.TryGetValue(name, out var instance))
            {
                _byName[name] = instance = new Instance();
            }

            Settle_NeedsLock(instance, now);
            if (instance.UpSince is null)
            {
                instance.UpSince = now;
                instance.ReadyAt = now + coldStart;
                instance.Starts++;
            }

            instance.Calls++;
            instance.Active++;
            return (instance.ReadyAt, instance.ReadyAt > now);
        }
    }

    public void Leave(string name)
    {
        lock (_lock)
        {
            // A reset may have forgotten it.
            if (_byName.TryGetValue(name, out var instance) && instance.Active > 0)
            {
                instance.Active--;
                instance.LastUsed = clock.Now > instance.ReadyAt ? clock.Now : instance.ReadyAt;
            }
        }
    }

    public IReadOnlyList<InstanceUse> Read()
    {
        lock (_lock)
        {
            var now = clock.Now;
            return
            [
                .. _byName.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry =>
                {
                    Settle_NeedsLock(entry.Value, now);
                    return new InstanceUse(
                        entry.Key, entry.Value.Calls, entry.Value.Starts, entry.Value.UpFor + (now - (entry.Value.UpSince ?? now)), entry.Value.UpSince is not null);
                }),
            ];
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _byName.Clear();
        }
    }

    /// <summary>Takes down what has been idle for long enough.</summary>
    private void Settle_NeedsLock(Instance instance, DateTimeOffset now)
    {
        if (instance is { UpSince: { } since, Active: 0 } && now >= instance.LastUsed + idleAfter)
        {
            instance.UpFor += instance.LastUsed + idleAfter - since;
            instance.UpSince = null;
        }
    }

    private sealed class Instance
    {
        public DateTimeOffset? UpSince { get; set; }

        public DateTimeOffset ReadyAt { get; set; }

        public DateTimeOffset LastUsed { get; set; }

        public int Active { get; set; }

        public long Calls { get; set; }

        public long Starts { get; set; }

        public TimeSpan UpFor { get; set; }
    }
}
