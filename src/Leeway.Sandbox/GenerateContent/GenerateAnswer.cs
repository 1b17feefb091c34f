using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.GenerateContent;

/// <summary>The answer to a generateContent body, whole, as server-sent events, or as the elements of a JSON array.</summary>
internal sealed class GenerateAnswer : Answer
{
    private readonly GenerateForm _form;

    private GenerateAnswer(GenerateTarget target, GenerateRequest request, IReadOnlyList<Turn> candidates, TokenUsage prompt)
        : base(target.Model, target.ModelName, request.Turn.Digest, prompt with
        {
            Output = candidates.Sum(candidate => (long)candidate.Tokens),
            Reasoning = candidates.Sum(candidate => (long)candidate.ThinkingTokens),
        })
    {
        Target = target;
        Request = request;
        Candidates = candidates;
        Tier = request.Tier;
        _form = target.Form;
    }

    public GenerateTarget Target { get; }

    public GenerateRequest Request { get; }

    /// <summary>None when the prompt was blocked.</summary>
    public IReadOnlyList<Turn> Candidates { get; }

    public override bool Streams => _form != GenerateForm.Whole;

    // The words for the flex tier are not verified against the live service; a lack of room is told like this elsewhere.
    public override ApiError NoFlex { get; } = new(503, "The model is overloaded. Please try again later.");

    public override bool IsArray => _form == GenerateForm.Array;

    public override string? StreamEnd => IsArray ? "]" : null;

    public static (GenerateAnswer? Answer, ApiError? Error) To(GenerateTarget target, JsonElement body, AnswerContext context)
    {
        try
        {
            var (request, error) = GenerateRequest.Read(body, target.TakesLabels);
            return request is null
                ? (null, error)
                : (new GenerateAnswer(
                    target,
                    context.InBatch ? request with { Tier = ServiceTier.Default } : request,
                    [.. Enumerable.Range(0, request.Candidates).Select(index => Turn.Generate(request.Turn, index, context.Seed))],
                    ImplicitCache.UseOfGemini(context.Cache, target.Model, request.Prompt)), null);
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair parses as JSON, but is no text.
            return (null, ApiError.UnparsableBody);
        }
    }

    /// <summary>The same as a filter leaves it: no candidate at all, or candidates that end after so many words.</summary>
    public GenerateAnswer Blocked(FaultSetting setting) => new(
        Target,
        Request,
        setting.AfterChunks is { } words ? [.. Candidates.Select(candidate => candidate.Filter(words))] : [],
        Usage);

    public override ServerEvent StreamError(int sent) =>
        new(null, json => GoogleError.Write(json, new ApiError(503, "The model is overloaded. Please try again later.")));

    public override IEnumerable<ServerEvent> Events(IdSource ids, long created) => new GenerateChunks(this, ids.Next("")).All();

    public override void WriteTo(Utf8JsonWriter json, IdSource ids, long created)
    {
        json.WriteStartObject();
        if (Candidates.Count > 0)
        {
            json.WriteStartArray("candidates");
            foreach (var (index, candidate) in Candidates.Index())
            {
                WriteCandidate(json, index, Parts(candidate), FinishReason(candidate));
            }

            json.WriteEndArray();
        }

        WriteTail(json, ids.Next(""), Usage.Output);
        json.WriteEndObject();
    }

    /// <summary>The parts of a candidate as they are written whole: thoughts if they are shown, text, calls.</summary>
    public IEnumerable<Action<Utf8JsonWriter>> Parts(Turn candidate)
    {
        if (candidate.Thinking is { } thinking && Request.IncludesThoughts)
        {
            yield return json => WriteText(json, thinking, isThought: true, isFirst: false);
        }

        if (candidate.Text.Length > 0)
        {
            yield return json => WriteText(json, candidate.Text, isThought: false, isFirst: candidate.Thinking is not null);
        }

        foreach (var (number, call) in candidate.Calls.Index())
        {
            yield return json => WriteCall(json, call, isFirst: number == 0 && candidate.Thinking is not null && candidate.Text.Length == 0);
        }
    }

    public static void WriteCandidate(Utf8JsonWriter json, int index, IEnumerable<Action<Utf8JsonWriter>> parts, string? finishReason)
    {
        json.WriteStartObject();
        json.WriteStartObject("content");
        json.WriteStartArray("parts");
        foreach (var part in parts)
        {
            part(json);
        }

        json.WriteEndArray();
        json.WriteString("role", "model");
        json.WriteEndObject();
        if (finishReason is not null)
        {
            json.WriteString("finishReason", finishReason);
        }

        json.WriteNumber("index", index);
        json.WriteEndObject();
    }

    /// <param name="isFirst">The first part after a thought bears its signature.</param>
    public void WriteText(Utf8JsonWriter json, string text, bool isThought, bool isFirst)
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        if (isThought)
        {
            json.WriteBoolean("thought", true);
        }

        WriteSignature(json, isFirst);
        json.WriteEndObject();
    }

    public void WriteCall(Utf8JsonWriter json, ToolCall call, bool isFirst)
    {
        json.WriteStartObject();
        json.WriteStartObject("functionCall");
        json.WriteString("id", call.Id);
        json.WriteString("name", call.Name);
        json.WritePropertyName("args");
        json.WriteRawValue(call.Input);
        json.WriteEndObject();
        WriteSignature(json, isFirst);
        json.WriteEndObject();
    }

    public static string FinishReason(Turn candidate) => candidate.Stop switch
    {
        TurnStop.Length => "MAX_TOKENS",
        TurnStop.Filtered => "SAFETY",
        _ => "STOP",
    };

    /// <summary>What stands beside the candidates. Thoughts are counted outside the candidates, cached tokens inside the prompt.</summary>
    /// <param name="output">Tokens given so far.</param>
    public void WriteTail(Utf8JsonWriter json, string id, long output)
    {
        if (Candidates.Count == 0)
        {
            json.WriteStartObject("promptFeedback");
            json.WriteString("blockReason", "SAFETY");
            json.WriteEndObject();
        }

        var thoughts = Math.Min(Usage.Reasoning, output);
        json.WriteStartObject("usageMetadata");
        json.WriteNumber("promptTokenCount", Usage.Input);
        if (Usage.Cached > 0)
        {
            json.WriteNumber("cachedContentTokenCount", Usage.Cached);
        }

        if (output > thoughts)
        {
            json.WriteNumber("candidatesTokenCount", output - thoughts);
        }

        if (thoughts > 0)
        {
            json.WriteNumber("thoughtsTokenCount", thoughts);
        }

        json.WriteNumber("totalTokenCount", Usage.Input + output);
        json.WriteStartArray("promptTokensDetails");
        json.WriteStartObject();
        json.WriteString("modality", "TEXT");
        json.WriteNumber("tokenCount", Usage.Input);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("trafficType", Tier switch
        {
            ServiceTier.Flex => "ON_DEMAND_FLEX",
            ServiceTier.Priority => "ON_DEMAND_PRIORITY",
            _ => "ON_DEMAND",
        });
        json.WriteEndObject();
        json.WriteString("modelVersion", ModelName);
        json.WriteString("responseId", id);
    }

    private void WriteSignature(Utf8JsonWriter json, bool isFirst)
    {
        if (isFirst)
        {
            json.WriteBase64String("thoughtSignature", System.Text.Encoding.UTF8.GetBytes("sandbox-" + SandboxLedger.DigestText(Digest)));
        }
    }
}
