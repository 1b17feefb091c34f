using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Leeway.Gateway.Configuration.Reading;

/// <summary>
/// Turns YAML (and JSON, which is YAML) into nodes with positions. Refuses what a configuration does not need and an attacker might:
/// tags, several documents, duplicate keys, deep nesting, and aliases that expand beyond a bound.
/// </summary>
internal sealed class YamlReader
{
    private const int MaxDepth = 32;
    private const int MaxAliases = 100;
    private const long MaxNodes = 100_000;

    private readonly string _source;
    private readonly string _folder;
    private readonly List<ConfigProblem> _problems;
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, ConfigNode?> _anchors = [];
    private long _nodes;
    private int _aliases;

    private YamlReader(string text, string source, string folder, List<ConfigProblem> problems)
    {
        _source = source;
        _folder = folder;
        _problems = problems;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>The document; null when it is empty or cannot be read, with a problem in the second case.</summary>
    public static ConfigNode? Read(string text, string source, string folder, List<ConfigProblem> problems)
    {
        if (FindTab(text) is { } tab)
        {
            problems.Add(new Mark(source, tab.Line, tab.Column, folder).Error("", "a tab indents this line", "YAML indents with spaces"));
            return null;
        }

        YamlReader reader = new(text, source, folder, problems);
        try
        {
            return reader.ReadDocument();
        }
        catch (RefusedException refused)
        {
            problems.Add(refused.Problem);
        }
        catch (YamlException broken)
        {
            problems.Add(reader.At(broken.Start).Error("", $"not YAML: {ConfigPath.Visible(broken.InnerException?.Message ?? broken.Message)}"));
        }
        catch (InvalidOperationException)
        {
            // The scanner's answer to some flow collections that it cannot go on from; the last event is the nearest place known.
            reader._problems.Add(reader.At(reader._parser.Current?.End ?? YamlDotNet.Core.Mark.Empty).Error("", "not YAML: what follows cannot be read"));
        }

        return null;
    }

    private ConfigNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            return null;
        }

        ConfigNode node = ReadNode("", 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Current is DocumentStart second)
        {
            throw Refuse(second.Start, "", "a second document begins here", "put further settings into leeway.d/*.yaml");
        }

        return node;
    }

    private ConfigNode ReadNode(string path, int depth)
    {
        ParsingEvent next = _parser.Current!;
        if (depth > MaxDepth)
        {
            throw Refuse(next.Start, path, $"nested deeper than {MaxDepth} levels");
        }

        if (next is AnchorAlias alias)
        {
            _parser.MoveNext();
            return Expand(alias, path);
        }

        Count(1, next, path);
        // "!" alone only forces text, which every scalar is here already.
        if (next is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } tag })
        {
            throw Refuse(next.Start, path, $"tags such as {ConfigPath.Visible(tag.Value)} are refused", "write the value alone");
        }

        AnchorName anchor = ((NodeEvent)next).Anchor;
        if (!anchor.IsEmpty)
        {
            // Null until complete, so that an alias inside its own anchor is seen.
            _anchors[anchor] = null;
        }

        ConfigNode node = next switch
        {
            Scalar scalar => ReadScalar(scalar),
            MappingStart start => ReadMap(start, path, depth),
            SequenceStart start => ReadList(start, path, depth),
            _ => throw Refuse(next.Start, path, "not a value"),
        };
        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = node;
        }

        return node;
    }

    private ScalarNode ReadScalar(Scalar scalar)
    {
        _parser.MoveNext();
        return new ScalarNode(At(scalar.Start), scalar.Value, scalar.Style != ScalarStyle.Plain);
    }

    private MapNode ReadMap(MappingStart start, string path, int depth)
    {
        _parser.MoveNext();
        List<MapEntry> entries = [];
        Dictionary<string, Mark> seen = [];
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (_parser.Current is not Scalar key)
            {
                throw Refuse(_parser.Current!.Start, path, "a key must be a single word");
            }

            Mark keyMark = ReadScalar(key).Mark;
            string child = ConfigPath.Child(path, key.Value);
            MapEntry entry = new(key.Value, keyMark, ReadNode(child, depth + 1));
            if (seen.TryGetValue(key.Value, out Mark? first))
            {
                _problems.Add(keyMark.Error(child, $"duplicate key '{ConfigPath.Visible(key.Value)}'", $"it is already set at line {first.Line}"));
                continue;
            }

            seen.Add(key.Value, keyMark);
            entries.Add(entry);
        }

        return new MapNode(At(start.Start), entries);
    }

    private ListNode ReadList(SequenceStart start, string path, int depth)
    {
        _parser.MoveNext();
        List<ConfigNode> items = [];
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(ConfigPath.Item(path, items.Count), depth + 1));
        }

        return new ListNode(At(start.Start), items);
    }

    private ConfigNode Expand(AnchorAlias alias, string path)
    {
        if (!_anchors.TryGetValue(alias.Value, out ConfigNode? node) || node is null)
        {
            throw Refuse(alias.Start, path, $"alias *{alias.Value.Value} has no finished anchor before it");
        }

        if (++_aliases > MaxAliases)
        {
            throw Refuse(alias.Start, path, $"more than {MaxAliases} aliases");
        }

        Count(node.Size, alias, path);
        return node;
    }

    private void Count(long nodes, ParsingEvent at, string path)
    {
        if ((_nodes += nodes) > MaxNodes)
        {
            throw Refuse(at.Start, path, $"more than {MaxNodes} values once aliases are expanded");
        }
    }

    private Mark At(YamlDotNet.Core.Mark mark) => new(_source, checked((int)mark.Line), checked((int)mark.Column), _folder);

    private RefusedException Refuse(YamlDotNet.Core.Mark mark, string path, string message, string hint = "") =>
        new(At(mark).Error(path, message, hint));

    private static (int Line, int Column)? FindTab(string text)
    {
        int line = 0;
        foreach (ReadOnlySpan<char> content in text.AsSpan().EnumerateLines())
        {
            line++;
            ReadOnlySpan<char> rest = content.TrimStart();
            int tab = content[..(content.Length - rest.Length)].IndexOf('\t');
            if (tab >= 0 && !rest.IsEmpty && rest[0] != '#')
            {
                return (line, tab + 1);
            }
        }

        return null;
    }

    private sealed class RefusedException(ConfigProblem problem) : Exception(problem.Message)
    {
        public ConfigProblem Problem { get; } = problem;
    }
}
