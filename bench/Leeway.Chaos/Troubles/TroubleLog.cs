using System.Collections.Concurrent;
using System.Globalization;

namespace Leeway.Chaos.Troubles;

/// <summary>What really went wrong, and when it was over.</summary>
internal sealed class TroubleLog
{
    /// <summary>What was done, in order.</summary>
    public ConcurrentQueue<Happened> Events { get; } = new();

    /// <summary>From the start of a killed or stopped node to its readiness.</summary>
    public ConcurrentQueue<(string What, TimeSpan Took)> Recoveries { get; } = new();

    public Happened Begin(Trouble trouble)
    {
        var happened = new Happened(trouble, TimeProvider.System.GetUtcNow());
        Events.Enqueue(happened);
        return happened;
    }

    /// <summary>What was wrong at some moment of an interval.</summary>
    public IEnumerable<Happened> During(DateTimeOffset from, DateTimeOffset to) => Events.Where(one => one.At <= to && one.Until >= from);

    public string Text(DateTimeOffset began) => string.Join('\n', Events.OrderBy(one => one.At).Select(one => string.Create(
        CultureInfo.InvariantCulture,
        $"{(one.At - began).TotalSeconds,8:0.00} – {(one.Until - began).TotalSeconds,8:0.00}  {one.Trouble}{(one.Note.Length > 0 ? $"  [{one.Note}]" : "")}")));
}
