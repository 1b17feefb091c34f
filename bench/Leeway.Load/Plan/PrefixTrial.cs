using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Leeway.Batching;
using Leeway.Batching.Packing;
using Leeway.Queue;

namespace Leeway.Load.Plan;

/// <summary>
/// Orders the lines of a trace that tells the hashes of its prompts' blocks (Mooncake's: 512 tokens each, equal ones meaning the same
/// beginning up to there) and counts what a provider that reads each file once would reuse. Assumed: one pass in the file's order, a cache of
/// whole blocks from which the least recently used one leaves, empty at the start of each file.
/// </summary>
internal sealed class PrefixTrial
{
    /// <summary>Tokens of a block.</summary>
    public const int BlockTokens = 512;

    private const int BytesPerToken = 4;
    private const int Teams = 20;

    private static readonly DateTimeOffset s_start = new(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan[] s_waits = [TimeSpan.FromHours(1), TimeSpan.FromHours(4), TimeSpan.FromHours(12), TimeSpan.FromHours(24)];

    private readonly PrefixMember[] _arrivals;

    private PrefixTrial(PrefixMember[] arrivals) => _arrivals = arrivals;

    /// <summary>Lines of the trace.</summary>
    public int Requests => _arrivals.Length;

    /// <summary>Blocks of the longest prompt.</summary>
    public int LongestPrompt => _arrivals.Max(member => member.Blocks.Length);

    /// <summary>Reads a trace and gives each line one of four waits by lot.</summary>
    /// <param name="file"><c>conversation_trace.jsonl.gz</c> or one like it.</param>
    /// <param name="seed">Of the lot.</param>
    public static PrefixTrial Read(string file, int seed)
    {
        var random = new Random(seed);
        var arrivals = new List<PrefixMember>();
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            uint[] blocks = [.. document.RootElement.GetProperty("hash_ids").EnumerateArray().Select(id => id.GetUInt32())];
            DateTimeOffset at = s_start.AddMilliseconds(document.RootElement.GetProperty("timestamp").GetInt64());
            arrivals.Add(new PrefixMember(blocks, (at + s_waits[random.Next(s_waits.Length)]).UtcTicks));
        }

        return new PrefixTrial([.. arrivals]);
    }

    /// <summary>The orders side by side.</summary>
    /// <param name="fileSize">Lines per file, in order of arrival.</param>
    /// <param name="cacheBlocks">Blocks that the provider's cache holds.</param>
    public IReadOnlyList<PrefixRow> Run(int fileSize, int cacheBlocks)
    {
        PrefixMember[][] files = [.. _arrivals.Chunk(fileSize)];
        long reachable = files.Sum(file => PrefixReuse.Reachable(file.Select(member => member.Blocks), BlockTokens));
        return
        [
            Row("arrival", file => file),
            Row("deadline", file => file.OrderBy(member => member.Deadline)),
            Row("prefix, by every block", file => PrefixOrder.Of(file).Select(index => file[index])),
            Row("prefix, by the marks that are kept", file => PrefixOrder.Of([.. file.Select(Marked)]).Select(index => file[index])),
            new PrefixRow("reachable", fileSize, 0, reachable, reachable),
        ];

        PrefixRow Row(string name, Func<PrefixMember[], IEnumerable<PrefixMember>> order) => new(
            name, fileSize, cacheBlocks, files.Sum(file => PrefixReuse.WithCache(order(file).Select(member => member.Blocks), BlockTokens, cacheBlocks)), reachable);
    }

    /// <summary>How long limits, turns of 20 teams and file order take for a pool of so many requests, made of the trace over and over.</summary>
    /// <param name="requests">Requests in the pool.</param>
    /// <param name="perBatch">The provider's limit of requests.</param>
    /// <returns>The time, and the sizes of the batches.</returns>
    public (TimeSpan Elapsed, IReadOnlyList<int> Batches) Plan(int requests, int perBatch)
    {
        var pool = new Pool(new PoolKey(new GroupKey("openai/gpt-4o-mini", "/v1/chat/completions", "gpt-4o-mini"), Priority.Low));
        var entries = new Dictionary<RequestId, IndexEntry>(requests);
        for (int i = 0; i < requests; i++)
        {
            var entry = new IndexEntry(RequestOf(i, pool.Group));
            entries.Add(entry.Id, entry);
            pool.Add(entry);
        }

        var limits = new SealLimits(perBatch, long.MaxValue, long.MaxValue, 1, perBatch, long.MaxValue / 2, long.MaxValue);
        var packer = new PoolPacker();
        var sizes = new List<int>();
        TimeSpan elapsed = TimeSpan.Zero;
        while (pool.Count > 0)
        {
            long began = Stopwatch.GetTimestamp();
            IReadOnlyList<QueuedRequest> file = FileOrder.Of(packer.Take(pool, limits, null));
            elapsed += Stopwatch.GetElapsedTime(began);
            sizes.Add(file.Count);
            foreach (QueuedRequest request in file)
            {
                pool.Remove(entries[request.Id]);
            }
        }

        return (elapsed, sizes);
    }

    /// <summary>How long the key of one prompt takes, in the best of several rounds.</summary>
    /// <param name="bytes">Of its messages.</param>
    public static TimeSpan KeyTime(int bytes)
    {
        const int rounds = 20;
        const int keys = 2000;
        byte[] prompt = new byte[bytes];
        new Random(bytes).NextBytes(prompt);
        TimeSpan best = TimeSpan.MaxValue;
        for (int round = 0; round < rounds; round++)
        {
            long began = Stopwatch.GetTimestamp();
            for (int i = 0; i < keys; i++)
            {
                prompt[0] += (byte)(PrefixKey.Of(default, default, prompt) is null ? 2 : 1);
            }

            TimeSpan each = Stopwatch.GetElapsedTime(began) / keys;
            best = each < best ? each : best;
        }

        return best;
    }

    private QueuedRequest RequestOf(int number, GroupKey group)
    {
        PrefixMember line = _arrivals[number % _arrivals.Length];

        // Each time round, other prompts.
        uint round = (uint)(number / _arrivals.Length) << 24;
        PrefixMember marked = Marked(line);
        return new QueuedRequest
        {
            Id = new RequestId(new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1])),
            State = RequestState.Queued,
            Priority = Priority.Low,
            Group = group,
            AcceptedAt = s_start,
            Deadline = new DateTimeOffset(line.Deadline, TimeSpan.Zero),
            EstimatedInputTokens = line.Blocks.Length * BlockTokens,
            BodyBytes = line.Blocks.Length * BlockTokens * BytesPerToken,
            Team = $"team-{number % Teams}",
            Prefix = new PrefixKey([.. marked.Blocks.ToArray().Select(block => block ^ round)]),
        };
    }

    // What is kept of a prompt: the block in which each mark lies, at four bytes a token.
    private static PrefixMember Marked(PrefixMember member)
    {
        var blocks = new List<uint>();
        for (int i = 0; i < PrefixKey.Marks; i++)
        {
            int block = ((PrefixKey.MarkOf(i) + (BlockTokens * BytesPerToken) - 1) / (BlockTokens * BytesPerToken)) - 1;
            if (block < member.Blocks.Length)
            {
                blocks.Add(member.Blocks.Span[block]);
            }
        }

        return new PrefixMember(blocks.ToArray(), member.Deadline);
    }
}
