namespace Leeway;

/// <summary>Identifies one client run: a file of requests taken in together. Sorts by creation time.</summary>
public readonly record struct RunId(Guid Value) : IComparable<RunId>
{
    /// <summary>The prefix of the printed form.</summary>
    public const string Prefix = "run_";

    /// <inheritdoc/>
    public int CompareTo(RunId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => TypedId.Format(Prefix, Value);

    /// <summary>Reads the printed form; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RunId id)
    {
        bool ok = TypedId.TryParse(Prefix, text, out Guid value);
        id = new RunId(value);
        return ok;
    }
}
