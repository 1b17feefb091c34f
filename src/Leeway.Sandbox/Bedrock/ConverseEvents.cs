using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Bedrock;

/// <summary>The events of a streamed conversation: start, blocks one after the other, stop, and last the usage. A block of text has no start of its own.</summary>
internal sealed class ConverseEvents(ConverseAnswer answer)
{
    public IEnumerable<ServerEvent> All()
    {
        var turn = answer.Turn;
        var index = 0;
        yield return new ServerEvent("messageStart", Object(json => json.WriteString("role", "assistant")));
        if (turn.Thinking is { } thinking)
        {
            foreach (var piece in AnswerText.Pieces(thinking))
            {
                yield return Delta(index, json => Reasoning(json, "text", piece));
            }

            yield return Delta(index, json => Reasoning(json, "signature", answer.Signature));
            yield return Stop(index++);
        }

        if (turn.Text.Length > 0 || turn.Calls.Count == 0)
        {
            foreach (var piece in AnswerText.Pieces(turn.Text))
            {
                yield return Delta(index, json => json.WriteString("text", piece));
            }

            yield return Stop(index++);
        }

        foreach (var call in turn.Calls)
        {
            yield return Start(index, call);
            foreach (var piece in AnswerText.InputPieces(call.Input))
            {
                yield return Delta(index, json =>
                {
                    json.WriteStartObject("toolUse");
                    json.WriteString("input", piece);
                    json.WriteEndObject();
                });
            }

            yield return Stop(index++);
        }

        yield return new ServerEvent("messageStop", Object(json => json.WriteString("stopReason", answer.StopReason)));
        yield return new ServerEvent("metadata", Object(answer.WriteTail));
    }

    private static ServerEvent Start(int index, ToolCall call) => new("contentBlockStart", Object(json =>
    {
        json.WriteNumber("contentBlockIndex", index);
        json.WriteStartObject("start");
        json.WriteStartObject("toolUse");
        json.WriteString("toolUseId", call.Id);
        json.WriteString("name", call.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }));

    private static ServerEvent Delta(int index, Action<Utf8JsonWriter> write) => new("contentBlockDelta", Object(json =>
    {
        json.WriteNumber("contentBlockIndex", index);
        json.WriteStartObject("delta");
        write(json);
        json.WriteEndObject();
    }), IsChunk: true);

    private static ServerEvent Stop(int index) => new("contentBlockStop", Object(json => json.WriteNumber("contentBlockIndex", index)));

    private static void Reasoning(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartObject("reasoningContent");
        json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static Action<Utf8JsonWriter> Object(Action<Utf8JsonWriter> write) => json =>
    {
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    };
}
