using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Responses;

/// <summary>The events of a response in order; an event's place is its sequence number, so a stream can be taken up anywhere.</summary>
internal sealed class ResponseEvents
{
    private readonly ResponseRecord _record;
    private readonly List<ServerEvent> _events = [];
    private int _item;

    private ResponseEvents(ResponseRecord record) => _record = record;

    public static IReadOnlyList<ServerEvent> Of(ResponseRecord record)
    {
        var events = new ResponseEvents(record);
        events.AddAll();
        return events._events;
    }

    public static ServerEvent Error(int number) => new("error", json =>
    {
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteNumber("sequence_number", number);
        json.WriteString("code", "server_error");
        json.WriteString("message", "The server had an error while processing your request.");
        json.WriteNull("param");
        json.WriteEndObject();
    });

    private void AddAll()
    {
        var background = _record.Answer.Request.Background;
        AddState("response.created", background ? ResponseStatus.Queued : ResponseStatus.InProgress);
        if (background)
        {
            AddState("response.queued", ResponseStatus.Queued);
        }

        AddState("response.in_progress", ResponseStatus.InProgress);
        if (_record.LastStatus == ResponseStatus.Failed)
        {
            AddState("response.failed", ResponseStatus.Failed);
            return;
        }

        var turn = _record.Answer.Turn;
        if (_record.ReasoningId is { } reasoning)
        {
            AddItem(ended => json => ResponseItems.WriteReasoning(json, _record, ended), () => AddSummary(reasoning, turn.Thinking!));
        }

        if (ResponseItems.HasMessage(turn))
        {
            AddItem(ended => json => ResponseItems.WriteMessage(json, _record, ended), () => AddText(turn.Text));
        }

        foreach (var (index, call) in turn.Calls.Index())
        {
            var id = _record.CallIds[index];
            AddItem(ended => json => ResponseItems.WriteCall(json, id, call, ended), () => AddArguments(id, call));
        }

        AddState(_record.Answer.IsIncomplete ? "response.incomplete" : "response.completed", ResponseStatus.Done);
    }

    private void AddItem(Func<bool, Action<Utf8JsonWriter>> item, Action content)
    {
        void Item(string name, bool ended) => Add(name, json =>
        {
            json.WritePropertyName("item");
            item(ended)(json);
        });

        Item("response.output_item.added", ended: false);
        content();
        Item("response.output_item.done", ended: true);
        _item++;
    }

    private void AddText(string text)
    {
        void Part(string name, string value) => AddOf(_record.MessageId, name, json =>
        {
            json.WriteNumber("content_index", 0);
            json.WritePropertyName("part");
            ResponseItems.WriteText(json, value);
        });

        void Text(string name, string field, string value, bool isChunk) => AddOf(_record.MessageId, name, json =>
        {
            json.WriteNumber("content_index", 0);
            json.WriteString(field, value);
            json.WriteStartArray("logprobs");
            json.WriteEndArray();
        }, isChunk);

        Part("response.content_part.added", "");
        foreach (var piece in AnswerText.Pieces(text))
        {
            Text("response.output_text.delta", "delta", piece, isChunk: true);
        }

        Text("response.output_text.done", "text", text, isChunk: false);
        Part("response.content_part.done", text);
    }

    private void AddSummary(string id, string text)
    {
        if (!_record.Answer.Request.Summarizes)
        {
            return;
        }

        void Part(string name, string value) => AddOf(id, name, json =>
        {
            json.WriteNumber("summary_index", 0);
            json.WritePropertyName("part");
            ResponseItems.WriteSummary(json, value);
        });

        void Text(string name, string field, string value, bool isChunk) => AddOf(id, name, json =>
        {
            json.WriteNumber("summary_index", 0);
            json.WriteString(field, value);
        }, isChunk);

        Part("response.reasoning_summary_part.added", "");
        foreach (var piece in AnswerText.Pieces(text))
        {
            Text("response.reasoning_summary_text.delta", "delta", piece, isChunk: true);
        }

        Text("response.reasoning_summary_text.done", "text", text, isChunk: false);
        Part("response.reasoning_summary_part.done", text);
    }

    private void AddArguments(string id, ToolCall call)
    {
        foreach (var piece in AnswerText.InputPieces(call.Input))
        {
            AddOf(id, "response.function_call_arguments.delta", json => json.WriteString("delta", piece), isChunk: true);
        }

        AddOf(id, "response.function_call_arguments.done", json =>
        {
            json.WriteString("name", call.Name);
            json.WriteString("arguments", call.Input);
        });
    }

    private void AddState(string name, ResponseStatus status)
    {
        var number = _events.Count;
        _events.Add(new ServerEvent(name, json =>
        {
            WriteHead(json, name, number);
            json.WritePropertyName("response");
            ResponseObject.Write(json, _record, status);
            json.WriteEndObject();
        }));
    }

    private void AddOf(string itemId, string name, Action<Utf8JsonWriter> write, bool isChunk = false) => Add(name, json =>
    {
        json.WriteString("item_id", itemId);
        write(json);
    }, isChunk);

    private void Add(string name, Action<Utf8JsonWriter> write, bool isChunk = false)
    {
        var (number, item) = (_events.Count, _item);
        _events.Add(new ServerEvent(name, json =>
        {
            WriteHead(json, name, number);
            json.WriteNumber("output_index", item);
            write(json);
            if (isChunk && _record.Answer.Request.IncludeObfuscation)
            {
                // Padding, as in chat.
                json.WriteString("obfuscation", "abcdefghijkl");
            }

            json.WriteEndObject();
        }, isChunk));
    }

    private static void WriteHead(Utf8JsonWriter json, string name, int number)
    {
        json.WriteStartObject();
        json.WriteString("type", name);
        json.WriteNumber("sequence_number", number);
    }
}
