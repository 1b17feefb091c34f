namespace Leeway;

/// <summary>A message to be sent.</summary>
/// <param name="Id">The same whenever it is sent again: a queue that drops repetitions knows them by it.</param>
/// <param name="Body">Its content: text in UTF-8.</param>
/// <param name="Attributes">What stands beside the content. An empty value is left out.</param>
public sealed record OutgoingMessage(string Id, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, string> Attributes);
