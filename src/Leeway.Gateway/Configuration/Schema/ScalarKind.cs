using System.Text.Json.Nodes;

namespace Leeway.Gateway.Configuration.Schema;

/// <summary>How one value is written: read from text, shown again, and described to an editor.</summary>
internal abstract record ScalarKind
{
    /// <summary>For messages: "… is not {Name}".</summary>
    public abstract string Name { get; }

    /// <summary>A value that can be read.</summary>
    public abstract string Example { get; }

    /// <summary>The JSON Schema of a value written out.</summary>
    public abstract JsonObject Schema { get; }

    /// <summary>The value; null when the text is not of this kind.</summary>
    /// <param name="why">A remark beyond "is not {Name}", such as the bound that was passed.</param>
    public abstract object? Parse(string text, out string why);

    /// <summary>What <see cref="Parse"/> reads as the same value.</summary>
    public virtual string Format(object value) => value.ToString() ?? "";

    /// <summary>True when the value must never be printed.</summary>
    public virtual bool IsSecret => false;

    /// <summary>True when a relative path is meant from the folder of the file that says it.</summary>
    public virtual bool IsPath => false;

    /// <summary>The words to choose from; empty when the kind has none.</summary>
    public virtual IReadOnlyList<string> Words => [];
}
