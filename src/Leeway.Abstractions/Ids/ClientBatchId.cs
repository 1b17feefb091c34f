namespace Leeway;

/// <summary>
/// Identifies a client's batch, printed as its dialect prints them. Its value is also the <see cref="RunId"/> of its lines: a client's
/// batch is a set of requests like any other. Sorts by creation time.
/// </summary>
public readonly record struct ClientBatchId(Guid Value) : IComparable<ClientBatchId>
{
    /// <summary>The set of its lines.</summary>
    public RunId Run => new(Value);

    /// <inheritdoc/>
    public int CompareTo(ClientBatchId other) => Value.CompareTo(other.Value);

    /// <summary>The prefix of the printed form.</summary>
    public static string PrefixOf(Dialect dialect) => dialect == Dialect.Anthropic ? "msgbatch_" : "batch_";

    /// <summary>The printed form in a dialect.</summary>
    public string Print(Dialect dialect) => TypedId.Format(PrefixOf(dialect), Value);

    /// <summary>Reads the printed form of a dialect; false for anything else.</summary>
    public static bool TryParse(Dialect dialect, ReadOnlySpan<char> text, out ClientBatchId id)
    {
        bool ok = TypedId.TryParse(PrefixOf(dialect), text, out Guid value);
        id = new ClientBatchId(value);
        return ok;
    }
}
