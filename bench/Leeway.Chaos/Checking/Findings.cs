using System.Collections.Concurrent;

namespace Leeway.Chaos.Checking;

/// <summary>What a check found: breaches of promises, and differences that are explained, each by itself.</summary>
internal sealed class Findings
{
    /// <summary>A promise that was broken, for whom, and what is known of it.</summary>
    public ConcurrentQueue<(string Promise, string Id, string Text)> Violations { get; } = new();

    /// <summary>Differences that an interrupted attempt or a kill explains.</summary>
    public ConcurrentQueue<(string Kind, string Text)> Explained { get; } = new();

    /// <summary>What was counted, in the order of the report.</summary>
    public List<(string Name, string Value)> Figures { get; } = [];

    public void Violate(string promise, string id, string text) => Violations.Enqueue((promise, id, text));

    public void Explain(string kind, string text) => Explained.Enqueue((kind, text));

    public void Count(string name, string value) => Figures.Add((name, value));

    public int Of(string promise) => Violations.Count(one => one.Promise == promise);
}
