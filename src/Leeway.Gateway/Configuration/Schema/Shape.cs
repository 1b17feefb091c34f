using System.Collections.ObjectModel;

namespace Leeway.Gateway.Configuration.Schema;

/// <summary>What a setting looks like. One tree of shapes drives binding, overrides, the JSON Schema, the documentation and <c>config show</c>.</summary>
internal abstract record Shape
{
    /// <summary>For messages: "must be …".</summary>
    public abstract string Name { get; }
}

internal sealed record ScalarShape(ScalarKind Kind) : Shape
{
    public override string Name => Kind.Name;
}

/// <summary>A fixed set of fields. <paramref name="OffWord"/> is a word that may stand for the whole, meaning null.</summary>
internal sealed record RecordShape(Func<object> Create, IReadOnlyList<Field> Fields, string? OffWord) : Shape
{
    /// <summary>A field and its value that may stand alone for a map with nothing else in it; null where no word may.</summary>
    public (string Field, string Word)? Short { get; init; }

    public override string Name => (OffWord ?? Short?.Word) is { } word ? $"a map or the word {word}" : "a map";

    public static RecordShape Of<T>(Func<T> create, params IReadOnlyList<Field> fields)
        where T : class => new(create, fields, null);
}

/// <summary>Entries under names the operator chooses. <paramref name="Complete"/> fills in what depends on the name.</summary>
internal sealed record MapShape(
    Shape Value,
    string KeyName,
    string ExampleKey,
    StringComparer Comparer,
    Func<IEnumerable<KeyValuePair<string, object>>, object> Build,
    Func<object, IEnumerable<KeyValuePair<string, object>>> Entries,
    Func<string, object, object> Complete) : Shape
{
    public override string Name => $"a map of {KeyName} to {Value.Name}";

    public static MapShape Of<T>(Shape value, string keyName, string exampleKey, StringComparer? comparer = null, Func<string, T, T>? complete = null)
        where T : class => new(
            value,
            keyName,
            exampleKey,
            comparer ?? StringComparer.Ordinal,
            entries => new ReadOnlyDictionary<string, T>(new OrderedDictionary<string, T>(
                entries.Select(entry => KeyValuePair.Create(entry.Key, (T)entry.Value)), comparer ?? StringComparer.Ordinal)),
            map => ((IReadOnlyDictionary<string, T>)map).Select(entry => KeyValuePair.Create(entry.Key, (object)entry.Value)),
            complete is null ? (_, entry) => entry : (key, entry) => complete(key, (T)entry));
}

internal sealed record ListShape(
    Shape Element,
    Func<IEnumerable<object>, object> Build,
    Func<object, IEnumerable<object>> Items) : Shape
{
    /// <summary>Whether a single element may stand for a list of it alone. Elements are records then.</summary>
    public bool OneOrMany { get; init; }

    /// <summary>A word that may stand for the whole, meaning none.</summary>
    public string? OffWord { get; init; }

    public override string Name => !OneOrMany ? "a list" : OffWord is null ? "a map or a list of maps" : $"a map, a list of maps or the word {OffWord}";

    /// <summary>The only element of a list that may be written as one, or null.</summary>
    public object? Single(object? list) => OneOrMany && list is not null && Items(list).Take(2).ToArray() is [var only] ? only : null;

    public static ListShape Of<T>(Shape element) => new(
        element,
        items => Array.AsReadOnly(items.Select(item => (T)item).ToArray()),
        list => ((IReadOnlyList<T>)list).Select(item => (object)item!));
}
