using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Messages;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Bedrock;

/// <summary>The part of a Converse body that shapes the answer. Members the sandbox does not know are ignored, as AWS does.</summary>
internal sealed record ConverseRequest(BedrockModel Model, TurnRequest Turn, IReadOnlyList<PromptPiece> Prompt, ServiceTier Tier)
{
    private static readonly JsonElement s_empty = JsonElement.Parse("{}");

    public static (ConverseRequest? Request, ApiError? Error) Read(JsonElement body, BedrockModel model)
    {
        if (ConverseBlocks.Check(body) is { } wrong)
        {
            return (null, wrong);
        }

        var config = body.Has("inferenceConfig", out var given) && given.ValueKind == JsonValueKind.Object ? given : s_empty;
        if ((Share(config, "temperature") ?? Share(config, "topP")) is { } outside)
        {
            return (null, outside);
        }

        var (maxTokens, badMax) = ReadMaxTokens(config);
        var (stop, badStop) = ReadStop(config);
        var (thinking, badThinking) = body.Has("additionalModelRequestFields", out var more) && more.ValueKind == JsonValueKind.Object && model.IsClaude
            ? MessageFields.ReadThinking(more, maxTokens)
            : default;
        var (offers, badTools) = ConverseTools.ReadOffers(body);
        var (choice, badChoice) = badTools is null ? ConverseTools.ReadChoice(body, offers, thinks: thinking is not null) : default;
        var (schema, badFormat) = ConverseTools.ReadFormat(body);
        var (tier, badTier) = BedrockTier.Read(body.Has("serviceTier", out var asked) && asked.ValueKind == JsonValueKind.Object ? asked.StringOrNull("type") : null, model);
        if ((badMax ?? badStop ?? badThinking ?? badTools ?? badChoice ?? badFormat ?? badTier) is { } error)
        {
            return (null, error);
        }

        var (pieces, uncached) = ConversePieces.Of(body, model.Caches);
        var messages = body.GetProperty("messages");
        return uncached is not null ? (null, uncached) : (new ConverseRequest(model, new TurnRequest(PromptDigest.Hash(ConverseText.Of(body)))
        {
            MaxTokens = maxTokens,
            Stop = stop,
            Calls = choice!.Pick(offers, ConverseText.Asked(messages)),
            CallPrefix = "tooluse_",
            TalksBeforeCalls = model.IsClaude,
            Schema = schema,
            ThinkingBudget = thinking,
            Images = [.. ConverseText.Images(messages)],
        }, pieces, tier), null);
    }

    private static (int? MaxTokens, ApiError? Error) ReadMaxTokens(JsonElement config)
    {
        // Nova's own bodies name it in a second way.
        var name = config.Has("max_new_tokens", out _) ? "max_new_tokens" : "maxTokens";
        if (!config.Has(name, out var value))
        {
            return (null, null);
        }

        return value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var count) ? (null, AwsErrors.NotAnObject)
            : count < 1 ? (null, AwsErrors.Constraint("inferenceConfig.maxTokens", value.GetRawText(), "Member must have value greater than or equal to 1"))
            : (count, null);
    }

    private static (IReadOnlyList<string> Stop, ApiError? Error) ReadStop(JsonElement config)
    {
        if (!config.Has("stopSequences", out var value))
        {
            return ([], null);
        }

        return value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(one => one.ValueKind != JsonValueKind.String) ? ([], AwsErrors.NotAnObject)
            : value.EnumerateArray().Any(one => one.GetString()!.Length == 0)
                ? ([], AwsErrors.Constraint("inferenceConfig.stopSequences", value.GetRawText(), "Member must have length greater than or equal to 1"))
                : ([.. value.EnumerateArray().Select(one => one.GetString()!)], null);
    }

    private static ApiError? Share(JsonElement config, string name) =>
        !config.Has(name, out var value) ? null
        : value.ValueKind != JsonValueKind.Number ? AwsErrors.NotAnObject
        : value.GetDouble() < 0 ? AwsErrors.Constraint($"inferenceConfig.{name}", value.GetRawText(), "Member must have value greater than or equal to 0")
        : value.GetDouble() > 1 ? AwsErrors.Constraint($"inferenceConfig.{name}", value.GetRawText(), "Member must have value less than or equal to 1")
        : null;
}
