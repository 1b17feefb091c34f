using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Messages;

/// <summary>The part of a Messages body that shapes the answer; the rest is checked where the vendor would refuse it.</summary>
internal sealed record MessageRequest(SandboxModel Model, string ModelName, TurnRequest Turn, IReadOnlyList<PromptPiece> Prompt, bool Stream)
{
    /// <param name="version">Of the API, as the caller's header names it.</param>
    /// <param name="counting">True for a token count, which needs no <c>max_tokens</c>.</param>
    /// <param name="hosted">The model that serves the body, whatever it names; null finds it by name.</param>
    public static (MessageRequest? Request, ApiError? Error) Read(JsonElement body, string? version, bool counting = false, SandboxModel? hosted = null)
    {
        if (body.StringOrNull("model") is not { Length: > 0 } name)
        {
            return (null, ApiError.Bad("model", "Field required"));
        }

        if (MessageFields.Check(body) is { } wrong)
        {
            return (null, wrong);
        }

        var (maxTokens, error) = MessageFields.ReadMaxTokens(body, !counting);
        error ??= MessageBlocks.Check(body) ?? MessageVersions.CheckRemoved(body, version);
        if (error is not null)
        {
            return (null, error);
        }

        if ((hosted ?? ModelCatalog.Find(name, SandboxKind.Anthropic)) is not { } model)
        {
            return (null, new ApiError(404, $"model: {name}"));
        }

        (var turn, error) = ReadTurn(body, maxTokens);
        if (turn is null)
        {
            return (null, error);
        }

        (var pieces, error) = MessagePieces.Of(body);
        return error is null ? (new MessageRequest(model, name, turn, pieces, BodyFields.Flag(body, "stream", false)), null) : (null, error);
    }

    private static (TurnRequest? Turn, ApiError? Error) ReadTurn(JsonElement body, int? maxTokens)
    {
        var (stop, badStop) = MessageFields.ReadStop(body);
        var (thinking, badThinking) = MessageFields.ReadThinking(body, maxTokens);
        var (offers, badTools) = MessageTools.ReadOffers(body);
        var (choice, badChoice) = MessageTools.ReadChoice(body, offers, thinks: thinking is not null);
        var (schema, badFormat) = MessageTools.ReadFormat(body);
        var messages = body.GetProperty("messages");
        return (badStop ?? badThinking ?? badTools ?? badChoice ?? badFormat) is { } error ? (null, error) : (new TurnRequest(PromptDigest.Hash(MessagesText.Of(body)))
        {
            MaxTokens = maxTokens,
            Stop = stop,
            Calls = choice.Pick(offers, MessagesText.Asked(messages)),
            CallPrefix = "toolu_",
            TalksBeforeCalls = true,
            Schema = schema,
            ThinkingBudget = thinking,
            Images = [.. messages.EnumerateArray().SelectMany(PromptDigest.Images)],
        }, null);
    }
}
