using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Leeway.Chaos.Load;

/// <summary>One request as its client knows it.</summary>
/// <param name="Key">Its name: idempotency key, or custom id.</param>
/// <param name="Kind">How it came in.</param>
/// <param name="Digest">What every answer to it must carry.</param>
internal sealed record Sent(string Key, SentKind Kind, string Digest)
{
    private readonly ConcurrentDictionary<string, bool> _ids = new();
    private readonly ConcurrentDictionary<string, string> _answers = new();

    /// <summary>The gateway's ids that a client was given for it; more than one is one too many.</summary>
    public IReadOnlyCollection<string> Ids => [.. _ids.Keys];

    /// <summary>Different answers that were seen, each with where it was seen first.</summary>
    public IReadOnlyDictionary<string, string> Answers => _answers;

    /// <summary>When a client first heard that it is accepted.</summary>
    public DateTimeOffset? AcceptedAt { get; private set; }

    /// <summary>Whether it was to be told of by webhook.</summary>
    public bool Webhook { get; init; }

    /// <summary>Whether it came with the key that has a budget.</summary>
    public bool Sparing { get; init; }

    /// <summary>The batch or run it came in by, once that is known.</summary>
    public string? Group { get; set; }

    /// <summary>The node that served it, when it was sent but once.</summary>
    public int Node { get; set; }

    /// <summary>When it was sent, and when its client had the whole answer or gave up.</summary>
    public DateTimeOffset SentAt { get; set; }

    /// <inheritdoc cref="SentAt"/>
    public DateTimeOffset DoneAt { get; set; }

    /// <summary>Whether its client got the whole answer.</summary>
    public bool Complete { get; set; }

    public void Accepted(string? id)
    {
        AcceptedAt ??= TimeProvider.System.GetUtcNow();
        if (id is not null)
        {
            _ids[id] = true;
        }
    }

    public void Answered(string body, string where) => _answers.TryAdd(HashOf(body), where);

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}
