namespace Leeway.Sandbox.PubSub;

/// <summary>A published message. The same object lies in every subscription of its topic.</summary>
/// <param name="Id">The server's id.</param>
/// <param name="Data">As it was published.</param>
/// <param name="Attributes">As they were published.</param>
/// <param name="PublishedAt">When.</param>
internal sealed record PubSubMessage(string Id, byte[] Data, IReadOnlyDictionary<string, string> Attributes, DateTimeOffset PublishedAt);
