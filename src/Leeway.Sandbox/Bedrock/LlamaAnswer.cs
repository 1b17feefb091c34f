using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Bedrock;

/// <summary>The answer to a body of Llama's own: a prompt in its template, and how much to generate. The digest is the prompt's.</summary>
internal sealed class LlamaAnswer : Answer
{
    private const int DefaultMaxTokens = 512;
    private const int MaxTokens = 8192;

    private readonly Turn _turn;

    private LlamaAnswer(BedrockModel model, ulong digest, Turn turn, int prompt)
        : base(model.Model, model.Name, digest, new TokenUsage(prompt, 0, turn.Tokens))
    {
        _turn = turn;
    }

    private string StopReason => _turn.Stop == TurnStop.Length ? "length" : "stop";

    public static (Answer? Answer, ApiError? Error) To(JsonElement body, BedrockModel model, AnswerContext context)
    {
        if (body.StringOrNull("prompt") is not { Length: > 0 } prompt)
        {
            return (null, AwsErrors.Validation("Malformed input request: #: required key [prompt] not found, please reformat your input and try again."));
        }

        if (!BodyFields.TryReadCount(body, "max_gen_len", MaxTokens, out var max, out _))
        {
            return (null, AwsErrors.Validation($"Malformed input request: #/max_gen_len: expected an integer from 1 to {MaxTokens}, please reformat your input and try again."));
        }

        var digest = PromptDigest.Hash(prompt);
        var turn = Turn.Generate(new TurnRequest(digest) { MaxTokens = max ?? DefaultMaxTokens }, 0, context.Seed);
        return (new LlamaAnswer(model, digest, turn, TokenCounter.Count(prompt)), null);
    }

    public override void WriteTo(Utf8JsonWriter json, IdSource ids, long created) => Write(json, _turn.Text, Usage.Input, Usage.Output, StopReason);

    public override IEnumerable<ServerEvent> Events(IdSource ids, long created)
    {
        long told = 0;
        foreach (var piece in AnswerText.Pieces(_turn.Text))
        {
            var isFirst = told == 0;
            told = Math.Min(Usage.Output, told + TokenCounter.Count(piece));
            var count = told;
            yield return new ServerEvent(null, json => Write(json, piece, isFirst ? Usage.Input : null, count, null), IsChunk: true);
        }

        yield return new ServerEvent(null, json => Write(json, "", null, Usage.Output, StopReason));
    }

    private static void Write(Utf8JsonWriter json, string text, long? prompt, long generated, string? stop)
    {
        json.WriteStartObject();
        json.WriteString("generation", text);
        json.WriteNumberOrNull("prompt_token_count", prompt);
        json.WriteNumber("generation_token_count", generated);
        json.WriteString("stop_reason", stop);
        json.WriteEndObject();
    }
}
