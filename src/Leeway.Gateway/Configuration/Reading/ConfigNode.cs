namespace Leeway.Gateway.Configuration.Reading;

/// <summary>A piece of a source, before the schema gives it meaning. Immutable: aliases share nodes.</summary>
internal abstract record ConfigNode(Mark Mark)
{
    /// <summary>Nodes in this tree with every alias counted as a copy.</summary>
    public abstract long Size { get; }

    public abstract string Describe { get; }
}

/// <summary>Text. Only the kind of the setting decides what it means, so <c>no</c>, <c>on</c> and <c>22:30</c> stay text.</summary>
internal sealed record ScalarNode(Mark Mark, string Text, bool Quoted) : ConfigNode(Mark)
{
    public bool IsNull => !Quoted && Text is "" or "~" or "null" or "Null" or "NULL";

    public override long Size => 1;

    public override string Describe => IsNull ? "nothing" : "a single value";
}

internal sealed record MapEntry(string Key, Mark KeyMark, ConfigNode Value);

internal sealed record MapNode(Mark Mark, IReadOnlyList<MapEntry> Entries) : ConfigNode(Mark)
{
    public override long Size { get; } = 1 + Entries.Sum(entry => entry.Value.Size);

    public override string Describe => "a map";

    public MapEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);

    /// <summary>Replaces the entry of that key in place, or adds it at the end.</summary>
    public MapNode With(MapEntry entry)
    {
        MapEntry[] entries = [.. Entries.Select(old => old.Key == entry.Key ? entry : old)];
        return this with { Entries = Find(entry.Key) is null ? [.. entries, entry] : entries };
    }

    /// <summary>Maps merge key by key; anything else in <paramref name="over"/> replaces what was there.</summary>
    public MapNode Merge(MapNode over)
    {
        MapNode merged = this;
        foreach (MapEntry entry in over.Entries)
        {
            bool both = merged.Find(entry.Key)?.Value is MapNode && entry.Value is MapNode;
            merged = merged.With(both
                ? entry with { Value = ((MapNode)merged.Find(entry.Key)!.Value).Merge((MapNode)entry.Value) }
                : entry);
        }

        return merged;
    }
}

internal sealed record ListNode(Mark Mark, IReadOnlyList<ConfigNode> Items) : ConfigNode(Mark)
{
    public override long Size { get; } = 1 + Items.Sum(item => item.Size);

    public override string Describe => "a list";
}
