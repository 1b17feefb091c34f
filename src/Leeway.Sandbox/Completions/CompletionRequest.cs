using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Completions;

/// <summary>The part of a text completion body that shapes the answer. Chat models complete text too, as they do on servers that copy this API.</summary>
internal sealed record CompletionRequest(
    SandboxModel Model, string ModelName, TurnRequest Turn, IReadOnlyList<string> Prompts, long PromptTokens, int Choices, bool Echo, bool Stream, bool IncludeUsage)
{
    // The vendor's default, some ten words.
    private const int DefaultMaxTokens = 16;

    private const int MaxPrompts = 2048;

    public static (CompletionRequest? Request, ApiError? Error) Read(JsonElement body, AnswerContext context)
    {
        var (model, name, error) = Answer.ReadModel(body, ModelUse.Completions, context);
        if (model is null)
        {
            return (null, error);
        }

        if (!body.Has("prompt", out var prompt))
        {
            return (null, ApiError.Missing("prompt"));
        }

        if (PromptDigest.CountTexts(prompt, MaxPrompts) is not { } tokens)
        {
            return (null, ApiError.Invalid("prompt", $"Invalid 'prompt': expected a string, tokens, or an array of 1 to {MaxPrompts} of either, none empty."));
        }

        if (!BodyFields.TryReadCount(body, "max_tokens", int.MaxValue, out var maxTokens, out error)
            || !BodyFields.TryReadCount(body, "n", 128, out var choices, out error)
            || !BodyFields.TryReadStop(body, out var stop, out error))
        {
            return (null, error);
        }

        var prompts = PromptDigest.Texts(prompt);
        var options = body.Has("stream_options", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        return (new CompletionRequest(
            model,
            name,
            new TurnRequest(PromptDigest.Hash(string.Join('\n', prompts))) { MaxTokens = maxTokens ?? DefaultMaxTokens, Stop = stop },
            prompts,
            tokens,
            choices ?? 1,
            Echo: BodyFields.Flag(body, "echo", false),
            Stream: BodyFields.Flag(body, "stream", false),
            IncludeUsage: BodyFields.Flag(options, "include_usage", false)), null);
    }
}
