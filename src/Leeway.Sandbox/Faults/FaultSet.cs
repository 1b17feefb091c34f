using System.Diagnostics.CodeAnalysis;
using Leeway.Sandbox.Laws;

namespace Leeway.Sandbox.Faults;

/// <summary>The faults switched on, with how often each has struck. Safe for concurrent use.</summary>
public sealed class FaultSet
{
    private readonly Lock _lock = new();
    private readonly FaultSetting[] _settings = new FaultSetting[FaultNames.All.Count];
    private readonly long[] _hits = new long[FaultNames.All.Count];
    private readonly SeededRandom[] _draws = new SeededRandom[FaultNames.All.Count];

    internal FaultSet(int seed)
    {
        for (var i = 0; i < _draws.Length; i++)
        {
            _draws[i] = new SeededRandom(seed, FaultNames.All[i]);
            _settings[i] = new FaultSetting();
        }
    }

    /// <summary>Lets the next <paramref name="count"/> opportunities fail, keeping the other values of the fault's setting.</summary>
    public void Next(FaultKind kind, int count = 1) => Set(kind, Get(kind) with { Next = count });

    public void Set(FaultKind kind, FaultSetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        if (setting.Problem() is { } problem)
        {
            throw new ArgumentException($"Fault {FaultNames.NameOf(kind)}: {problem}.", nameof(setting));
        }

        lock (_lock)
        {
            _settings[(int)kind] = setting;
        }
    }

    public FaultSetting Get(FaultKind kind)
    {
        lock (_lock)
        {
            return _settings[(int)kind];
        }
    }

    /// <summary>How often the fault has struck since the start or the last reset.</summary>
    public long Hits(FaultKind kind)
    {
        lock (_lock)
        {
            return _hits[(int)kind];
        }
    }

    /// <summary>Switches every fault off and sets the hits to zero.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            Array.Fill(_settings, new FaultSetting());
            Array.Clear(_hits);
        }
    }

    internal bool Strikes(FaultKind kind) => Strikes(kind, out _);

    internal bool Strikes(FaultKind kind, [NotNullWhen(true)] out FaultSetting? setting)
    {
        lock (_lock)
        {
            setting = _settings[(int)kind];
            if (setting.Next > 0)
            {
                _settings[(int)kind] = setting with { Next = setting.Next - 1 };
            }
            else if (setting.Probability == 0 || _draws[(int)kind].NextDouble() >= setting.Probability)
            {
                setting = null;
                return false;
            }

            _hits[(int)kind]++;
            return true;
        }
    }

    /// <param name="isRealTime">Whether a model answers the call: a fault without a route strikes these.</param>
    internal bool StrikesRoute(FaultKind kind, string method, string path, bool isRealTime, [NotNullWhen(true)] out FaultSetting? setting)
    {
        setting = null;
        var route = Get(kind).Route;
        var matches = route is null
            ? isRealTime
            : route.Contains(' ', StringComparison.Ordinal)
                ? $"{method} {path}".StartsWith(route, StringComparison.OrdinalIgnoreCase)
                : path.StartsWith(route, StringComparison.OrdinalIgnoreCase);
        return matches && Strikes(kind, out setting);
    }
}
