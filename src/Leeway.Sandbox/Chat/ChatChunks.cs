using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Chat;

/// <summary>The chunks of a streamed chat completion.</summary>
internal sealed class ChatChunks(ChatAnswer answer, string id, long created)
{
    public IEnumerable<ServerEvent> Events()
    {
        if (answer.Dialect.FirstChunk is { } ahead)
        {
            yield return new ServerEvent(null, ahead);
        }

        for (var index = 0; index < answer.Choices.Count; index++)
        {
            var choice = answer.Choices[index];
            var first = choice.Calls.Count > 0 ? null : "";
            yield return Chunk(new ChatDelta(index) { Content = first, IsFirst = true });
            foreach (var piece in answer.Dialect.TellsThoughts ? AnswerText.Pieces(choice.Thinking ?? "") : [])
            {
                yield return Chunk(new ChatDelta(index) { Reasoning = piece });
            }

            foreach (var piece in choice.Calls.Count > 0 ? [] : AnswerText.Pieces(choice.Text))
            {
                yield return Chunk(new ChatDelta(index) { Content = piece });
            }

            foreach (var (number, call) in choice.Calls.Index())
            {
                yield return Chunk(new ChatDelta(index) { CallIndex = number, Call = call, Input = "" });
                foreach (var piece in AnswerText.InputPieces(call.Input))
                {
                    yield return Chunk(new ChatDelta(index) { CallIndex = number, Input = piece });
                }
            }

            yield return Chunk(new ChatDelta(index) { FinishReason = ChatAnswer.FinishReason(choice) });
        }

        if (answer.Request.IncludeUsage)
        {
            yield return Chunk(null);
        }
    }

    private ServerEvent Chunk(ChatDelta? delta) =>
        new(null, json => Write(json, delta), IsChunk: delta is { IsFirst: false, FinishReason: null });

    /// <summary>A chunk with one delta, or the last one with the usage and no choice.</summary>
    private void Write(Utf8JsonWriter json, ChatDelta? delta)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("object", "chat.completion.chunk");
        json.WriteNumber("created", created);
        json.WriteString("model", answer.ModelName);
        answer.Dialect.WriteTop(json, answer.Tier, inChunk: true);
        json.WriteStartArray("choices");
        delta?.WriteTo(json, answer.Dialect);
        json.WriteEndArray();
        if (answer.Request.IncludeUsage)
        {
            json.WritePropertyName("usage");
            if (delta is null)
            {
                answer.Dialect.WriteUsage(json, answer.Usage);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        if (answer.Request.IncludeObfuscation && answer.Dialect.Obfuscates)
        {
            // Padding hides the length of a delta from an observer of the encrypted stream.
            json.WriteString("obfuscation", "abcdefghijklmnop".AsSpan(0, Math.Max(1, 16 - (delta?.Content?.Length ?? 0))));
        }

        json.WriteEndObject();
    }
}
