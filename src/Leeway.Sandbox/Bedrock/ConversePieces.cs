using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Bedrock;

/// <summary>A Converse body in the order the model reads it: tools, system, messages. A cache point keeps what stands before it.</summary>
internal sealed class ConversePieces
{
    private const int MaxCachePoints = 4;

    // Assumed, as for Messages.
    private const int TokensPerMessage = 3;
    private const int TokensBeforeAnswer = 3;
    private const int TokensPerImage = 1000;

    private static readonly TimeSpan s_short = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    private readonly List<PromptPiece> _pieces = [];
    private int _cachePoints;

    public static (IReadOnlyList<PromptPiece> Pieces, ApiError? Error) Of(JsonElement body, bool caches)
    {
        var reader = new ConversePieces();
        reader.Add(body);
        return reader._cachePoints > 0 && !caches ? ([], NoCaching)
            : reader._cachePoints > MaxCachePoints ? ([], AwsErrors.Validation($"A maximum of {MaxCachePoints} cachePoint blocks may be provided. Found {reader._cachePoints}."))
            : (reader._pieces, null);
    }

    /// <summary>The answer to a cache point where there is no cache: at some models, and in every row of a job.</summary>
    public static ApiError NoCaching { get; } = AwsErrors.Of(403, "AccessDeniedException",
        "You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.");

    /// <summary>Whether a body has a cache point anywhere.</summary>
    public static bool HasCachePoint(JsonElement body)
    {
        var reader = new ConversePieces();
        reader.Add(body);
        return reader._cachePoints > 0;
    }

    private void Add(JsonElement body)
    {
        if (body.Has("toolConfig", out var config))
        {
            AddAll(config.GetProperty("tools"), "tool");
        }

        if (body.Has("system", out var system))
        {
            AddAll(system, "system");
        }

        foreach (var message in body.GetProperty("messages").EnumerateArray())
        {
            _pieces.Add(new PromptPiece(0, TokensPerMessage, null));
            AddAll(message.GetProperty("content"), message.GetProperty("role").GetString()!);
        }

        _pieces.Add(new PromptPiece(0, TokensBeforeAnswer, null));
    }

    private void AddAll(JsonElement blocks, string role)
    {
        foreach (var block in blocks.EnumerateArray())
        {
            if (!block.Has("cachePoint", out var point))
            {
                _pieces.Add(new PromptPiece(SeededRandom.Hash($"{role}:{block.GetRawText()}"), CountBlock(block), null));
                continue;
            }

            _cachePoints++;
            if (_pieces.Count > 0)
            {
                _pieces[^1] = _pieces[^1] with { Keep = point.ValueKind == JsonValueKind.Object && point.StringOrNull("ttl") == "1h" ? s_long : s_short };
            }
        }
    }

    private static int CountBlock(JsonElement block) =>
        block.StringOrNull("text") is { } text ? TokenCounter.Count(text)
        : block.Has("image", out _) ? TokensPerImage
        // A file's base64 is no text; its size stands in for its pages.
        : block.Has("document", out _) || block.Has("video", out _) || block.Has("audio", out _) ? Math.Max(1, block.GetRawText().Length / 100)
        : TokenCounter.Count(block.GetRawText());
}
