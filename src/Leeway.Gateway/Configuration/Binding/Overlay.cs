using System.Globalization;
using Leeway.Gateway.Configuration.Reading;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Gateway.Configuration.Binding;

/// <summary>
/// Writes single values over the tree, from variables and from the command line. The schema is walked with each segment, so that
/// free-text map keys, list positions and defaults all resolve, whatever characters a variable's name may hold.
/// </summary>
internal sealed class Overlay(List<ConfigProblem> problems)
{
    private const string Prefix = "LEEWAY__";
    private const string Separator = "__";

    public MapNode ApplyEnvironment(MapNode root, ConfigSources sources)
    {
        IEnumerable<KeyValuePair<string, string>> variables = sources.Environment
            .Where(variable => variable.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .OrderBy(variable => SortKey(variable.Key), StringComparer.Ordinal);
        foreach ((string name, string value) in variables)
        {
            root = Write(root, name[Prefix.Length..].Split(Separator), value, Mark.Variable(name, sources.Folder));
        }

        return root;
    }

    public MapNode ApplyOverrides(MapNode root, ConfigSources sources)
    {
        Mark mark = Mark.CommandLine(sources.Folder);
        foreach ((string path, string value) in sources.Overrides)
        {
            if (ConfigPath.Split(path) is { } segments)
            {
                root = Write(root, segments, value, mark);
            }
            else
            {
                problems.Add(mark.Error("", $"'{ConfigPath.Visible(path)}' is not a path", "write it like models.\"gpt-4.1\".deployments[0].rpm"));
            }
        }

        return root;
    }

    private MapNode Write(MapNode root, IReadOnlyList<string> segments, string text, Mark mark) =>
        (MapNode)(Write(LeewaySchema.Root, root, LeewaySchema.Root.Create(), segments, 0, "", text, mark) ?? root);

    /// <summary>The node with the value in it; null after a problem.</summary>
    private ConfigNode? Write(Shape shape, ConfigNode? node, object? seed, IReadOnlyList<string> segments, int at, string path, string text, Mark mark)
    {
        if (at == segments.Count)
        {
            return Value(shape, text, path, mark);
        }

        string segment = segments[at];
        switch (shape)
        {
            case RecordShape record:
                if (record.Fields.FirstOrDefault(f => f.Name.Equals(segment, StringComparison.OrdinalIgnoreCase)) is not { } field)
                {
                    problems.Add(mark.Error(ConfigPath.Child(path, segment), $"unknown key '{ConfigPath.Visible(segment)}'", NearestName.Hint(segment, [.. record.Fields.Select(f => f.Name)])));
                    return null;
                }

                return WriteEntry(node, field.Name, field.Shape, seed is null ? null : field.Get(seed), segments, at, path, text, mark);
            case MapShape map:
                return FindKey(node, segment, path, mark) is { } key
                    ? WriteEntry(node, key, map.Value, null, segments, at, path, text, mark)
                    : null;
            case ListShape { OneOrMany: true } list when node is MapNode || (node is not ListNode && !char.IsAsciiDigit(segment[0])):
                return Write(list.Element, node, list.Single(seed), segments, at, path, text, mark);
            case ListShape list:
                return WriteItem(list, node, seed, segments, at, path, text, mark);
            default:
                problems.Add(mark.Error(path, $"is a single value; '{ConfigPath.Visible(segment)}' leads past it"));
                return null;
        }
    }

    private MapNode? WriteEntry(
        ConfigNode? node, string key, Shape shape, object? seed, IReadOnlyList<string> segments, int at, string path, string text, Mark mark)
    {
        MapNode map = node as MapNode ?? new MapNode(mark, []);
        MapEntry? entry = map.Find(key);
        ConfigNode? written = Write(shape, entry?.Value, seed, segments, at + 1, ConfigPath.Child(path, key), text, mark);
        return written is null ? null : map.With(new MapEntry(key, entry?.KeyMark ?? mark, written));
    }

    private ListNode? WriteItem(
        ListShape shape, ConfigNode? node, object? seed, IReadOnlyList<string> segments, int at, string path, string text, Mark mark)
    {
        ListNode list = node as ListNode ?? FromSeed(shape, seed, mark);
        if (!int.TryParse(segments[at], NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index > list.Items.Count)
        {
            problems.Add(mark.Error(path, $"'{ConfigPath.Visible(segments[at])}' is not a position in this list", $"positions run from 0; {list.Items.Count} adds one"));
            return null;
        }

        ConfigNode? item = index < list.Items.Count ? list.Items[index] : null;
        ConfigNode? written = Write(shape.Element, item, null, segments, at + 1, ConfigPath.Item(path, index), text, mark);
        return written switch
        {
            null => null,
            _ when item is null => list with { Items = [.. list.Items, written] },
            _ => list with { Items = [.. list.Items.Select((old, i) => i == index ? written : old)] },
        };
    }

    /// <summary>A default list, so that one of its items can be replaced.</summary>
    private static ListNode FromSeed(ListShape shape, object? seed, Mark mark) => new(
        mark,
        seed is not null && shape.Element is ScalarShape scalar
            ? [.. shape.Items(seed).Select(item => new ScalarNode(Mark.Default, scalar.Kind.Format(item), Quoted: false))]
            : []);

    /// <summary>An existing key as it is written, or as a variable can spell it; else the segment itself, in lower case from a variable.</summary>
    private string? FindKey(ConfigNode? node, string segment, string path, Mark mark)
    {
        IReadOnlyList<MapEntry> entries = (node as MapNode)?.Entries ?? [];
        string[] found = [.. entries.Select(entry => entry.Key).Where(key => key == segment)];
        if (found.Length == 0 && mark.IsEnvironment)
        {
            found = [.. entries.Select(entry => entry.Key).Where(key => Spell(key).Equals(Spell(segment), StringComparison.Ordinal))];
        }

        if (found.Length > 1)
        {
            problems.Add(mark.Error(path, $"'{ConfigPath.Visible(segment)}' could be {string.Join(" or ", found)}", "set it in a file"));
            return null;
        }

        return found.Length == 1 ? found[0] : mark.IsEnvironment ? segment.ToLowerInvariant() : segment;
    }

    /// <summary>Text for a single value; a list or a map as YAML in one line.</summary>
    private ConfigNode? Value(Shape shape, string text, string path, Mark mark)
    {
        bool isWord = (shape is RecordShape record && (text == record.OffWord || text == record.Short?.Word)) || (shape is ListShape { OffWord: { } none } && text == none);
        if (shape is ScalarShape || isWord)
        {
            return new ScalarNode(mark, text, Quoted: false);
        }

        int before = problems.Count;
        ConfigNode? node = YamlReader.Read(text, mark.Source, mark.Folder, problems);
        if (node is null && problems.Count == before)
        {
            problems.Add(mark.Error(path, $"needs a value: {shape.Name}"));
        }

        return node;
    }

    private static string Spell(string key) => string.Concat(key.Select(c => char.IsLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));

    /// <summary>Shorter paths first, list positions by number.</summary>
    private static string SortKey(string name) => string.Join(
        '\u0001',
        name.Split(Separator).Select(segment => int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? index.ToString("D10", CultureInfo.InvariantCulture)
            : segment.ToUpperInvariant()));
}
