using Leeway.Gateway.Configuration.Reading;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Gateway.Configuration.Binding;

/// <summary>Gives nodes their meaning: builds the typed tree by the schema, and remembers where each value came from.</summary>
internal sealed class Binder(ReferenceResolver references, List<ConfigProblem> problems)
{
    /// <summary>Path → where it was written, for leaves and for what contains them; leaves nobody wrote have <see cref="Mark.Default"/>.</summary>
    public Dictionary<string, Mark> Marks { get; } = [];

    public LeewayConfig Bind(MapNode root) => (LeewayConfig)Bind(LeewaySchema.Root, root);

    /// <summary>The same by another schema.</summary>
    public object Bind(RecordShape shape, MapNode root) => BindRecord(shape, root, shape.Create(), "", root.Mark, fresh: shape != LeewaySchema.Root);

    private object BindRecord(RecordShape shape, MapNode? node, object value, string path, Mark at, bool fresh)
    {
        foreach (MapEntry entry in node?.Entries ?? [])
        {
            if (shape.Fields.All(field => field.Name != entry.Key))
            {
                problems.Add(UnknownKey(entry.KeyMark, path, entry.Key, shape));
            }
        }

        foreach (Field field in shape.Fields)
        {
            string child = ConfigPath.Child(path, field.Name);
            if (node?.Find(field.Name) is { } entry)
            {
                Marks[child] = entry.Value.Mark;
                value = BindField(field, entry, value, child);
                continue;
            }

            if (field.Required && fresh)
            {
                problems.Add(at.Error(child, $"{field.Name} is missing", field.Example.Length > 0 ? $"write {field.Name}: {field.Example}" : ""));
            }

            Default(field.Shape, field.Get(value), child);
        }

        return value;
    }

    private object BindField(Field field, MapEntry entry, object owner, string path)
    {
        ConfigNode node = entry.Value;
        bool off = node is ScalarNode word && (word.IsNull || (field.Shape is RecordShape { OffWord: { } offWord } && word.Text == offWord)
            || (field.Shape is ListShape { OffWord: { } noneWord } && word.Text == noneWord));
        if (off)
        {
            if (field.Unset is not null)
            {
                return field.Set(owner, null);
            }

            // A section whose lines are all commented out is an empty section.
            if (field.Shape is not ScalarShape)
            {
                node = field.Shape is ListShape ? new ListNode(node.Mark, []) : new MapNode(node.Mark, []);
            }
        }

        if (node is ScalarNode { IsNull: false } brief && field.Shape is RecordShape { Short: { } meant } && brief.Text == meant.Word)
        {
            node = new MapNode(node.Mark, [new MapEntry(meant.Field, node.Mark, node)]);
        }

        object? bound = BindValue(field.Shape, node, field.Get(owner), path, field.Example);
        return bound is null ? owner : field.Set(owner, bound);
    }

    /// <summary>Null after a problem.</summary>
    private object? BindValue(Shape shape, ConfigNode node, object? seed, string path, string example)
    {
        switch (shape, node)
        {
            case (ScalarShape scalar, ScalarNode text):
                return BindScalar(scalar.Kind, text, path, example);
            case (RecordShape record, MapNode map):
                return BindRecord(record, map, seed ?? record.Create(), path, node.Mark, fresh: seed is null);
            case (MapShape entries, MapNode map):
                return BindMap(entries, map, path, example);
            case (ListShape { OneOrMany: true, Element: RecordShape element } list, MapNode map):
                object? only = list.Single(seed);
                return list.Build([BindRecord(element, map, only ?? element.Create(), path, node.Mark, fresh: only is null)]);
            case (ListShape list, ListNode items):
                return BindList(list, items, path, example);
            default:
                problems.Add(node.Mark.Error(path, $"must be {shape.Name}, got {node.Describe}"));
                return null;
        }
    }

    private object BindMap(MapShape shape, MapNode node, string path, string example)
    {
        List<KeyValuePair<string, object>> entries = [];
        foreach (MapEntry entry in node.Entries)
        {
            string child = ConfigPath.Child(path, entry.Key);
            Marks[child] = entry.Value is ScalarNode ? entry.Value.Mark : entry.KeyMark;
            if (entries.Any(earlier => shape.Comparer.Equals(earlier.Key, entry.Key)))
            {
                problems.Add(entry.KeyMark.Error(child, $"duplicate key '{ConfigPath.Visible(entry.Key)}'", "it differs from another in case only"));
                continue;
            }

            if (BindValue(shape.Value, entry.Value, null, child, example) is { } value)
            {
                entries.Add(KeyValuePair.Create(entry.Key, shape.Complete(entry.Key, value)));
            }
        }

        return shape.Build(entries);
    }

    private object BindList(ListShape shape, ListNode node, string path, string example)
    {
        List<object> items = [];
        for (int i = 0; i < node.Items.Count; i++)
        {
            string child = ConfigPath.Item(path, i);
            Marks[child] = node.Items[i].Mark;
            if (BindValue(shape.Element, node.Items[i], null, child, example) is { } value)
            {
                items.Add(value);
            }
        }

        return shape.Build(items);
    }

    private object? BindScalar(ScalarKind kind, ScalarNode node, string path, string example)
    {
        Resolved? resolved = references.Resolve(node, path, out ConfigProblem? problem);
        if (resolved is null)
        {
            problems.Add(problem!);
            return null;
        }

        string hint = $"write it like {(example.Length > 0 ? example : kind.Example)}";
        if (node.IsNull)
        {
            problems.Add(node.Mark.Error(path, $"needs a value: {kind.Name}", hint));
            return null;
        }

        object? value = kind.Parse(resolved.Text, out string why);
        if (value is null)
        {
            // A reference may lead to a secret wherever it is written, so its value is not shown.
            string shown = kind.IsSecret || resolved.Origin is not null ? "the value" : $"'{ConfigPath.Visible(resolved.Text)}'";
            string message = $"{shown} is not {kind.Name}{(why.Length > 0 ? $": {why}" : "")}";
            problems.Add(node.Mark.Error(path, message, kind.Words.Count > 0 ? NearestName.Hint(resolved.Text, kind.Words) : hint));
            return null;
        }

        if (kind.IsPath)
        {
            return Path.Combine(node.Mark.Folder, (string)value);
        }

        return kind.IsSecret ? WrapSecret((string)value, resolved.Origin, node.Mark, path) : value;
    }

    private Secret WrapSecret(string value, string? origin, Mark mark, string path)
    {
        if (origin is null && mark.IsEnvironment)
        {
            origin = $"env:{mark.VariableName}";
        }

        if (origin is null)
        {
            problems.Add(mark.Warning(path, "a secret is written out here", "refer to it by ${env:NAME} or ${file:/path}"));
        }

        return new Secret(value, origin ?? "literal");
    }

    private void Default(Shape shape, object? value, string path)
    {
        Marks[path] = Mark.Default;
        if (shape is ListShape list && list.Single(value) is { } only)
        {
            Default(list.Element, only, path);
        }
        else if (shape is RecordShape record && value is not null)
        {
            foreach (Field field in record.Fields)
            {
                Default(field.Shape, field.Get(value), ConfigPath.Child(path, field.Name));
            }
        }
    }

    private static ConfigProblem UnknownKey(Mark mark, string path, string key, RecordShape shape) =>
        mark.Error(ConfigPath.Child(path, key), $"unknown key '{ConfigPath.Visible(key)}'", NearestName.Hint(key, [.. shape.Fields.Select(field => field.Name)]));
}
