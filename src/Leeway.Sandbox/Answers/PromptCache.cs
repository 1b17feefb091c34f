using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Models;

namespace Leeway.Sandbox.Answers;

/// <summary>A piece of a prompt, in the order the model reads it.</summary>
/// <param name="Hash">Of its content.</param>
/// <param name="Keep">How long the prompt up to and with this piece is to be cached; null asks for nothing.</param>
internal readonly record struct PromptPiece(ulong Hash, int Tokens, TimeSpan? Keep);

/// <summary>The prompt prefixes each model remembers. A read makes an entry live longer.</summary>
internal sealed class PromptCache(SandboxClock clock)
{
    /// <summary>Shorter prefixes are not cached, as most models of both vendors have it.</summary>
    public const int MinTokens = 1024;

    // A run of distinct prompts must not fill the memory: beyond this many the dead ones go, and when all live, all.
    private const int MaxEntries = 200_000;

    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Entry> _entries = [];

    /// <summary>How the tokens of a prompt divide into read, written and plain ones; remembers what it wrote.</summary>
    public TokenUsage Use(string model, IReadOnlyList<PromptPiece> pieces)
    {
        var now = clock.Now;
        var hash = SeededRandom.Hash(model);
        int total = 0, read = 0;
        List<(ulong Hash, int Tokens, TimeSpan Keep)> breakpoints = [];
        lock (_lock)
        {
            foreach (var piece in pieces)
            {
                hash = (hash * 31) ^ piece.Hash;
                total += piece.Tokens;
                if (_entries.TryGetValue(hash, out var entry) && entry.Until > now)
                {
                    read = total;
                    _entries[hash] = entry with { Until = now + entry.Keep };
                }

                if (piece.Keep is { } keep && total >= MinTokens)
                {
                    breakpoints.Add((hash, total, keep));
                }
            }

            long shortly = 0, lengthy = 0;
            var done = read;
            foreach (var (at, tokens, keep) in breakpoints.Where(point => point.Tokens > read))
            {
                Add_NeedsLock(at, new Entry(now + keep, keep), now);
                if (keep >= s_long)
                {
                    lengthy += tokens - done;
                }
                else
                {
                    shortly += tokens - done;
                }

                done = tokens;
            }

            return new TokenUsage(total, read, 0) { Written5m = shortly, Written1h = lengthy };
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
        }
    }

    private void Add_NeedsLock(ulong hash, Entry entry, DateTimeOffset now)
    {
        if (_entries.Count >= MaxEntries)
        {
            foreach (var (dead, _) in _entries.Where(one => one.Value.Until <= now).ToList())
            {
                _entries.Remove(dead);
            }

            if (_entries.Count >= MaxEntries)
            {
                _entries.Clear();
            }
        }

        _entries[hash] = entry;
    }

    private readonly record struct Entry(DateTimeOffset Until, TimeSpan Keep);
}
