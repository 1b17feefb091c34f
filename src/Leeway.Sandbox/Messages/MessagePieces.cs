using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Messages;

/// <summary>A Messages body in the order the model reads it: tools, system, messages; each block a piece, with its cache breakpoint.</summary>
internal sealed class MessagePieces
{
    private const int MaxBreakpoints = 4;

    // Assumed, as the format is not public.
    private const int TokensPerMessage = 3;
    private const int TokensBeforeAnswer = 3;

    // A picture of some 1,000 by 750 points by the vendor's rule, width × height / 750; the sandbox looks at no pixels.
    private const int TokensPerImage = 1000;

    private static readonly TimeSpan s_short = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    private readonly List<PromptPiece> _pieces = [];
    private ApiError? _error;

    public static (IReadOnlyList<PromptPiece> Pieces, ApiError? Error) Of(JsonElement body)
    {
        var reader = new MessagePieces();
        reader.Add(body);
        var breakpoints = reader._pieces.Count(piece => piece.Keep is not null);
        return (reader._pieces, reader._error ?? (breakpoints > MaxBreakpoints
            ? new ApiError(400, $"A maximum of {MaxBreakpoints} blocks with cache_control may be provided. Found {breakpoints}.")
            : null));
    }

    private void Add(JsonElement body)
    {
        if (body.Has("tools", out var tools))
        {
            foreach (var (index, tool) in tools.EnumerateArray().Index())
            {
                Add(tool, "tool", $"tools.{index}", TokenCounter.Count(tool.GetRawText()));
            }
        }

        if (body.Has("system", out var system))
        {
            AddContent(system, "system", "system");
        }

        foreach (var (index, message) in body.GetProperty("messages").EnumerateArray().Index())
        {
            _pieces.Add(new PromptPiece(0, TokensPerMessage, null));
            AddContent(message.GetProperty("content"), message.GetProperty("role").GetString()!, $"messages.{index}.content");
        }

        if (body.Has("cache_control", out _) && _pieces.Count > 0)
        {
            _pieces[^1] = _pieces[^1] with { Keep = KeepOf(body, "") };
        }

        _pieces.Add(new PromptPiece(0, TokensBeforeAnswer, null));
    }

    private void AddContent(JsonElement content, string role, string path)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            var text = content.GetString()!;
            _pieces.Add(new PromptPiece(HashOfText(role, text), TokenCounter.Count(text), null));
            return;
        }

        foreach (var (index, block) in content.EnumerateArray().Index())
        {
            Add(block, role, $"{path}.{index}", CountBlock(block));
        }
    }

    private void Add(JsonElement block, string role, string path, int tokens) =>
        _pieces.Add(new PromptPiece(HashOf(block, role), tokens, KeepOf(block, path + ".")));

    private TimeSpan? KeepOf(JsonElement holder, string path)
    {
        if (!holder.Has("cache_control", out var control))
        {
            return null;
        }

        if (control.ValueKind != JsonValueKind.Object || control.StringOrNull("type") != "ephemeral")
        {
            _error ??= ApiError.Bad($"{path}cache_control.type", "Input should be 'ephemeral'");
            return null;
        }

        switch (control.StringOrNull("ttl") ?? "5m")
        {
            case "5m":
                return s_short;
            case "1h":
                return s_long;
            default:
                _error ??= ApiError.Bad($"{path}cache_control.ephemeral.ttl", "Input should be '5m' or '1h'");
                return null;
        }
    }

    private static int CountBlock(JsonElement block) => block.StringOrNull("type") switch
    {
        "text" => TokenCounter.Count(block.StringOrNull("text")!),
        "image" => TokensPerImage,
        // A document's base64 is no text; its size stands in for its pages.
        "document" => Math.Max(1, block.GetRawText().Length / 100),
        _ => TokenCounter.Count(block.GetRawText()),
    };

    /// <summary>The marks of the cache are no content: a prompt keeps its prefix when the caller moves them on.</summary>
    private static ulong HashOf(JsonElement block, string role)
    {
        if (block.StringOrNull("type") == "text")
        {
            return HashOfText(role, block.StringOrNull("text")!);
        }

        var hash = SeededRandom.Hash(role);
        foreach (var field in block.EnumerateObject().Where(field => field.Name != "cache_control"))
        {
            hash = (hash * 31) ^ SeededRandom.Hash(field.Name + field.Value.GetRawText());
        }

        return hash;
    }

    private static ulong HashOfText(string role, string text) => SeededRandom.Hash($"{role}:{text}");
}
