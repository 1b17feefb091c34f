using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.GenerateContent;

/// <summary>The part of a generateContent body that shapes the answer; the rest is checked and ignored.</summary>
/// <param name="IncludesThoughts">Whether the thoughts are shown, not only counted.</param>
internal sealed record GenerateRequest(TurnRequest Turn, IReadOnlyList<PromptPiece> Prompt, int Candidates, bool IncludesThoughts, ServiceTier Tier)
{
    // As published: an image of up to 384 by 384 points; the sandbox looks at no pixels.
    private const int TokensPerImage = 258;

    // Assumed, as the format is not public.
    private const int TokensPerContent = 2;

    // Assumed: what a model thinks that may decide itself.
    private const int DynamicBudget = 1024;

    public static (GenerateRequest? Request, ApiError? Error) Read(JsonElement body, bool takesLabels)
    {
        if (GenerateFields.Check(body, takesLabels) is { } wrong)
        {
            return (null, wrong);
        }

        var config = body.HasField("generationConfig", out var given) ? given : default;
        var (calls, badTools) = GenerateTools.ReadCalls(body);
        var (schema, badFormat) = GenerateTools.ReadFormat(body);
        var (max, badMax) = config.ReadInt("maxOutputTokens", "generation_config.max_output_tokens");
        var (candidates, badCount) = config.ReadInt("candidateCount", "generation_config.candidate_count");
        var (stop, badStop) = ReadStop(config);
        var (budget, shows, badThinking) = ReadThinking(config);
        if ((badTools ?? badFormat ?? badMax ?? badCount ?? badStop ?? badThinking) is { } error)
        {
            return (null, error);
        }

        var turn = new TurnRequest(PromptDigest.Hash(GenerateText.Of(body)))
        {
            MaxTokens = max,
            Stop = stop,
            Calls = calls,
            Schema = schema,
            ThinkingBudget = budget,
            Images = GenerateText.Images(body.GetProperty("contents")),
        };
        return (new GenerateRequest(turn, Pieces(body), candidates ?? 1, shows, ReadTier(body)), null);
    }

    /// <summary>Tools, the system's instruction, then a piece per content.</summary>
    public static IReadOnlyList<PromptPiece> Pieces(JsonElement body)
    {
        List<PromptPiece> pieces = [];
        void Add(string text, int tokens) => pieces.Add(new PromptPiece(SeededRandom.Hash(text), tokens, ImplicitCache.Keep));

        if (body.HasField("tools", out var tools))
        {
            Add(tools.GetRawText(), TokenCounter.Count(tools.GetRawText()));
        }

        if (body.HasField("systemInstruction", out var system))
        {
            Add("system:" + GenerateText.PartsText(system), TokenCounter.Count(GenerateText.PartsText(system)));
        }

        foreach (var content in body.GetProperty("contents").EnumerateArray())
        {
            Add(content.GetRawText(), TokensPerContent + GenerateText.Parts(content).Sum(Count));
        }

        return pieces;
    }

    private static ServiceTier ReadTier(JsonElement body) => body.FieldText("serviceTier") switch
    {
        "flex" => ServiceTier.Flex,
        "priority" => ServiceTier.Priority,
        _ => ServiceTier.Default,
    };

    private static int Count(JsonElement part) =>
        part.FieldText("text") is { } text ? TokenCounter.Count(text)
        : part.HasField("inlineData", out _) || part.HasField("fileData", out _) ? TokensPerImage
        : TokenCounter.Count(part.GetRawText());

    private static (IReadOnlyList<string> Stop, ApiError? Error) ReadStop(JsonElement config)
    {
        if (!config.HasField("stopSequences", out var value))
        {
            return ([], null);
        }

        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= 5 && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String && one.GetString()!.Length > 0)
            ? ([.. value.EnumerateArray().Select(one => one.GetString()!)], null)
            : ([], ProtoJson.Invalid("* GenerateContentRequest.generation_config.stop_sequences: at most 5, none empty.", "generation_config.stop_sequences"));
    }

    /// <summary>A budget of 0 thinks nothing, -1 leaves it to the model; a level stands for a budget.</summary>
    private static (int? Budget, bool Shows, ApiError? Error) ReadThinking(JsonElement config)
    {
        if (!config.HasField("thinkingConfig", out var thinking))
        {
            return (null, false, null);
        }

        var (budget, error) = thinking.ReadInt("thinkingBudget", "generation_config.thinking_config.thinking_budget");
        var shows = thinking.HasField("includeThoughts", out var include) && include.ValueKind == JsonValueKind.True;
        var level = BodyFields.ReasoningBudget(thinking.FieldText("thinkingLevel")?.ToLowerInvariant());
        return budget switch
        {
            null => (level ?? (shows ? DynamicBudget : null), shows, error),
            0 => (null, shows, null),
            -1 => (DynamicBudget, shows, null),
            < 0 => (null, shows, ProtoJson.Invalid($"The thinking budget {budget} is invalid.", "generation_config.thinking_config.thinking_budget")),
            _ => (budget, shows, null),
        };
    }
}
