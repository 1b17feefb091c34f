using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox;

namespace Leeway.Chaos.Load;

/// <summary>What the clients sent and were told: the side of the account that no gateway can get wrong.</summary>
internal sealed class ClientLog
{
    public const string Model = "gpt-4o-mini";

    private readonly ConcurrentDictionary<string, Sent> _sent = new();
    private int _number;

    public IEnumerable<Sent> Sent => _sent.Values;

    public ConcurrentQueue<SentBatch> Batches { get; } = new();

    /// <summary>Refusals by what they said: a status and a code, or why no answer came.</summary>
    public ConcurrentDictionary<string, int> Troubles { get; } = new();

    /// <summary>A request like no other, and its body.</summary>
    /// <param name="kind">How it comes in.</param>
    /// <param name="words">How long it is: prompts of different lengths cost differently, so that bills can be told apart.</param>
    /// <param name="webhook">Whether it is to be told of.</param>
    /// <param name="stream">Whether its answer is streamed.</param>
    /// <param name="sparing">Whether it comes with the key that has a budget: it says how long its answer may be, so that it cannot cost more than was set aside.</param>
    public (Sent Sent, string Body) Make(SentKind kind, int words, bool webhook = false, bool stream = false, bool sparing = false)
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"{kind.ToString().ToLowerInvariant()}-{Interlocked.Increment(ref _number)}");
        string body = $$"""{"model":"{{Model}}",{{(stream ? "\"stream\":true," : "")}}{{(sparing ? "\"max_tokens\":400," : "")}}"messages":[{"role":"user","content":"What does {{key}} ask?{{string.Concat(Enumerable.Repeat(" word", words))}}"}]}""";
        using JsonDocument parsed = JsonDocument.Parse(body);
        var sent = new Sent(key, kind, PromptDigest.OfChat(parsed.RootElement)) { Webhook = webhook, Sparing = sparing, SentAt = TimeProvider.System.GetUtcNow() };
        _sent[key] = sent;
        return (sent, body);
    }

    public void Note(string trouble) => Troubles.AddOrUpdate(trouble, 1, static (_, count) => count + 1);
}
