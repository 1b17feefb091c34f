namespace Leeway.Chaos.Load;

/// <summary>A batch file that was accepted as a batch.</summary>
internal sealed record SentBatch(string Id, IReadOnlyList<Sent> Lines, bool Webhook, DateTimeOffset AcceptedAt);
