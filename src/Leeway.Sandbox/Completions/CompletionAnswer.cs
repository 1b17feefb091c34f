using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Chat;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Completions;

/// <summary>The answer to a text completion, as one object or as chunks: the choices of the first prompt, of the second, and so on.</summary>
internal sealed class CompletionAnswer(CompletionRequest request, IReadOnlyList<Turn> choices)
    : Answer(request.Model, request.ModelName, request.Turn.Digest, new TokenUsage(request.PromptTokens, 0, choices.Sum(choice => (long)choice.Tokens)))
{
    public override bool Streams => request.Stream;

    public override string StreamEnd => "data: [DONE]\n\n";

    public static (Answer? Answer, ApiError? Error) To(JsonElement body, AnswerContext context)
    {
        var (request, error) = CompletionRequest.Read(body, context);
        return request is null
            ? (null, error)
            : (new CompletionAnswer(
                request, [.. Enumerable.Range(0, request.Choices * request.Prompts.Count).Select(index => Turn.Generate(request.Turn, index, context.Seed))]), null);
    }

    public override void WriteTo(Utf8JsonWriter json, IdSource ids, long created)
    {
        WriteHead(json, ids.Next("cmpl-"), created);
        json.WriteStartArray("choices");
        foreach (var (index, choice) in choices.Index())
        {
            WriteChoice(json, index, Echoed(index) + choice.Text, ChatAnswer.FinishReason(choice));
        }

        json.WriteEndArray();
        json.WritePropertyName("usage");
        ChatAnswer.WriteUsage(json, Usage);
        json.WriteEndObject();
    }

    public override IEnumerable<ServerEvent> Events(IdSource ids, long created)
    {
        var id = ids.Next("cmpl-");
        ServerEvent Chunk(int index, string text, string? finishReason) => new(null, json =>
        {
            WriteHead(json, id, created);
            json.WriteStartArray("choices");
            WriteChoice(json, index, text, finishReason);
            json.WriteEndArray();
            if (request.IncludeUsage)
            {
                json.WriteNull("usage");
            }

            json.WriteEndObject();
        }, IsChunk: finishReason is null);

        foreach (var (index, choice) in choices.Index())
        {
            foreach (var piece in AnswerText.Pieces(Echoed(index) + choice.Text))
            {
                yield return Chunk(index, piece, null);
            }

            yield return Chunk(index, "", ChatAnswer.FinishReason(choice));
        }

        if (request.IncludeUsage)
        {
            yield return new ServerEvent(null, json =>
            {
                WriteHead(json, id, created);
                json.WriteStartArray("choices");
                json.WriteEndArray();
                json.WritePropertyName("usage");
                ChatAnswer.WriteUsage(json, Usage);
                json.WriteEndObject();
            });
        }
    }

    private string Echoed(int index) => request.Echo ? request.Prompts[index / request.Choices] : "";

    private void WriteHead(Utf8JsonWriter json, string id, long created)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("object", "text_completion");
        json.WriteNumber("created", created);
        json.WriteString("model", ModelName);
        json.WriteString("system_fingerprint", ChatAnswer.Fingerprint);
    }

    private static void WriteChoice(Utf8JsonWriter json, int index, string text, string? finishReason)
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        json.WriteNumber("index", index);
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", finishReason);
        json.WriteEndObject();
    }
}
