namespace Leeway;

/// <summary>A message as it was received.</summary>
public sealed record QueueMessage
{
    /// <summary>The queue's own id of it: the same whenever it is received again.</summary>
    public required string Id { get; init; }

    /// <summary>What names this receipt of it to the queue.</summary>
    public required string Receipt { get; init; }

    /// <summary>Its content.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What its sender wrote beside the content; values that are not text are left out.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>How many times it was received, this one included, as far as the queue tells; 1 where it does not.</summary>
    public int Receipts { get; init; } = 1;
}
