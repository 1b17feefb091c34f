using Leeway.Sandbox.Laws;

namespace Leeway.Sandbox.Lambda;

/// <summary>The execution environments of every function. A call takes one that is idle and still warm, or starts a new one, cold.</summary>
internal sealed class FunctionPool(SandboxWorld world)
{
    private static readonly TimeSpan s_defaultColdStart = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<DateTimeOffset>> _idle = new(StringComparer.Ordinal);

    /// <summary>What a cold start takes.</summary>
    public TimeSpan ColdStart { get; } = world.Options.Aws.ColdStart ?? (TurnaroundLaw.Parse(world.Options.Law).IsInstant ? TimeSpan.Zero : s_defaultColdStart);

    /// <summary>Takes an environment; true when it starts cold. Give it back by <see cref="Release"/>.</summary>
    public bool Take(string function)
    {
        lock (_lock)
        {
            if (!_idle.TryGetValue(function, out var idle))
            {
                return true;
            }

            var coldest = world.Clock.Now - world.Options.Aws.FunctionKeepsWarm;
            idle.RemoveAll(since => since < coldest);
            if (idle.Count == 0)
            {
                return true;
            }

            idle.RemoveAt(idle.Count - 1);
            return false;
        }
    }

    public void Release(string function)
    {
        lock (_lock)
        {
            if (!_idle.TryGetValue(function, out var idle))
            {
                _idle.Add(function, idle = []);
            }

            idle.Add(world.Clock.Now);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _idle.Clear();
        }
    }
}
