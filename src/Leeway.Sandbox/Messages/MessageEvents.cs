using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Messages;

/// <summary>The events of a streamed message: start, blocks one after the other, the stop reason with the usage, stop. A ping stands after the first block's start.</summary>
internal sealed class MessageEvents(MessageAnswer answer, string id)
{
    private int _index;

    public IEnumerable<ServerEvent> All()
    {
        yield return Event("message_start", WriteStart);
        foreach (var one in Blocks())
        {
            yield return one;
        }

        yield return Event("message_delta", WriteEnd);
        yield return Event("message_stop", _ => { });
    }

    private IEnumerable<ServerEvent> Blocks()
    {
        var turn = answer.Turn;
        if (turn.Thinking is { } thinking)
        {
            IEnumerable<ServerEvent> deltas = [.. AnswerText.Pieces(thinking).Select(piece => Delta("thinking_delta", "thinking", piece)), Delta("signature_delta", "signature", answer.Signature)];
            foreach (var one in Block(deltas, json =>
            {
                json.WriteString("type", "thinking");
                json.WriteString("thinking", "");
                json.WriteString("signature", "");
            }))
            {
                yield return one;
            }
        }

        if (turn.Text.Length > 0)
        {
            foreach (var one in Block(AnswerText.Pieces(turn.Text).Select(piece => Delta("text_delta", "text", piece)), json =>
            {
                json.WriteString("type", "text");
                json.WriteString("text", "");
            }))
            {
                yield return one;
            }
        }

        foreach (var call in turn.Calls)
        {
            // The first piece of an input is empty, as the vendor sends it.
            foreach (var one in Block(AnswerText.InputPieces(call.Input).Prepend("").Select(piece => Delta("input_json_delta", "partial_json", piece)), json =>
            {
                json.WriteString("type", "tool_use");
                json.WriteString("id", call.Id);
                json.WriteString("name", call.Name);
                json.WriteStartObject("input");
                json.WriteEndObject();
            }))
            {
                yield return one;
            }
        }
    }

    private IEnumerable<ServerEvent> Block(IEnumerable<ServerEvent> deltas, Action<Utf8JsonWriter> begin)
    {
        var index = _index;
        yield return Event("content_block_start", json =>
        {
            json.WriteNumber("index", index);
            json.WriteStartObject("content_block");
            begin(json);
            json.WriteEndObject();
        });
        if (index == 0)
        {
            yield return Event("ping", _ => { });
        }

        foreach (var delta in deltas)
        {
            yield return delta;
        }

        yield return Event("content_block_stop", json => json.WriteNumber("index", index));
        _index++;
    }

    private ServerEvent Delta(string type, string field, string piece)
    {
        // Read when written: the block it belongs to is open then.
        return new ServerEvent("content_block_delta", json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "content_block_delta");
            json.WriteNumber("index", _index);
            json.WriteStartObject("delta");
            json.WriteString("type", type);
            json.WriteString(field, piece);
            json.WriteEndObject();
            json.WriteEndObject();
        }, IsChunk: true);
    }

    private static ServerEvent Event(string name, Action<Utf8JsonWriter> write) => new(name, json =>
    {
        json.WriteStartObject();
        json.WriteString("type", name);
        write(json);
        json.WriteEndObject();
    });

    private void WriteStart(Utf8JsonWriter json)
    {
        json.WritePropertyName("message");
        answer.WriteHead(json, id);
        json.WriteStartArray("content");
        json.WriteEndArray();
        json.WriteNull("stop_reason");
        json.WriteNull("stop_sequence");
        answer.WriteUsage(json, 1);
        json.WriteEndObject();
    }

    private void WriteEnd(Utf8JsonWriter json)
    {
        json.WriteStartObject("delta");
        json.WriteString("stop_reason", answer.StopReason);
        json.WriteString("stop_sequence", answer.Turn.StopSequence);
        json.WriteEndObject();
        json.WriteStartObject("usage");
        json.WriteNumber("output_tokens", answer.Usage.Output);
        json.WriteEndObject();
    }
}
