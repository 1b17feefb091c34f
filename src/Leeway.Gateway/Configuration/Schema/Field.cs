namespace Leeway.Gateway.Configuration.Schema;

/// <summary>A named member of a record: its shape, its documentation, and how to read and replace it. The default is what a new record holds.</summary>
internal sealed record Field(
    string Name,
    Shape Shape,
    string Description,
    Func<object, object?> Get,
    Func<object, object?, object> Set)
{
    /// <summary>A value other than the default where the kind allows one.</summary>
    public string Example { get; init; } = "";

    /// <summary>What no value means; null when the field must have one.</summary>
    public string? Unset { get; init; }

    /// <summary>Must be written whenever the record is.</summary>
    public bool Required { get; init; }

    /// <summary>Read at start only: a reload keeps the old value and says so.</summary>
    public bool Restart { get; init; }

    public static Field Leaf<TOwner, TValue>(
        string name, ScalarKind kind, Func<TOwner, TValue> get, Func<TOwner, TValue, TOwner> set, string description, string example, string? unset = null)
        where TOwner : class => Of(name, new ScalarShape(kind), get, set, description) with { Example = example, Unset = unset };

    public static Field Of<TOwner, TValue>(
        string name, Shape shape, Func<TOwner, TValue> get, Func<TOwner, TValue, TOwner> set, string description, string? unset = null)
        where TOwner : class => new(
            name,
            shape,
            description,
            owner => get((TOwner)owner),
            (owner, value) => set((TOwner)owner, (TValue)value!))
        {
            Unset = unset,
        };
}
