namespace Leeway;

/// <summary>A node's hold on its work, as it was given: valid until the epoch in the node's row is another one.</summary>
/// <param name="Node">The node's number.</param>
/// <param name="Epoch">Grows each time the number's work changes hands.</param>
public sealed record NodeLease(int Node, long Epoch)
{
    /// <summary>Numbers whose work it holds beside its own: of nodes that are gone.</summary>
    public IReadOnlyList<int> Others { get; init; } = [];

    /// <summary>All numbers whose work it holds, its own first.</summary>
    public IEnumerable<int> Numbers => Others.Prepend(Node);
}
