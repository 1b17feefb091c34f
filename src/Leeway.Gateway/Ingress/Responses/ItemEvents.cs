using System.Text.Json;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Responses;

/// <summary>The events of one output item: added empty, its parts, done. Kinds of items without parts that a client joins are there at once.</summary>
internal sealed class ItemEvents(ResponseEvents events, JsonElement item, int index)
{
    private readonly string _type = ResponseEvents.Text(item, "type");

    public void Write()
    {
        events.Emit("response.output_item.added", json =>
        {
            json.WriteNumber("output_index", index);
            json.WriteStartObject("item");
            foreach (JsonProperty member in item.EnumerateObject())
            {
                WriteEmpty(json, member);
            }

            json.WriteEndObject();
        });
        switch (_type)
        {
            case "message":
                WriteParts("content", WriteContent);
                break;
            case "reasoning":
                WriteParts("summary", WriteSummary);
                WriteParts("content", (part, at) => WriteText(part, at, "text", "response.reasoning_text"));
                break;
            case "function_call" when item.TryGetProperty("arguments", out JsonElement arguments):
                Emit("response.function_call_arguments.delta", json => json.WriteRaw("delta", arguments));
                Emit("response.function_call_arguments.done", json =>
                {
                    CopyName(json);
                    json.WriteRaw("arguments", arguments);
                });
                break;
            case "custom_tool_call" when item.TryGetProperty("input", out JsonElement input):
                Emit("response.custom_tool_call_input.delta", json => json.WriteRaw("delta", input));
                Emit("response.custom_tool_call_input.done", json => json.WriteRaw("input", input));
                break;
        }

        events.Emit("response.output_item.done", json =>
        {
            json.WriteNumber("output_index", index);
            json.WriteRaw("item", item);
        });
    }

    private void WriteContent(JsonElement part, int at)
    {
        string type = ResponseEvents.Text(part, "type");
        EmitPart("response.content_part.added", part, at, emptied: type is "output_text" ? "text" : "refusal");
        if (type == "output_text")
        {
            WriteText(part, at, "text", "response.output_text", withLogprobs: true);
        }
        else if (type == "refusal")
        {
            WriteText(part, at, "refusal", "response.refusal");
        }

        EmitPart("response.content_part.done", part, at, emptied: null);
    }

    private void WriteSummary(JsonElement part, int at)
    {
        EmitPart("response.reasoning_summary_part.added", part, at, emptied: "text", place: "summary_index");
        WriteText(part, at, "text", "response.reasoning_summary_text", place: "summary_index");
        EmitPart("response.reasoning_summary_part.done", part, at, emptied: null, place: "summary_index");
    }

    private void WriteText(JsonElement part, int at, string member, string type, string place = "content_index", bool withLogprobs = false)
    {
        if (part.ValueKind != JsonValueKind.Object || !part.TryGetProperty(member, out JsonElement text))
        {
            return;
        }

        Emit(type + ".delta", json => Write(json, "delta"));
        Emit(type + ".done", json => Write(json, member));

        void Write(Utf8JsonWriter json, string name)
        {
            json.WriteNumber(place, at);
            json.WriteRaw(name, text);
            if (withLogprobs)
            {
                json.WriteStartArray("logprobs");
                json.WriteEndArray();
            }
        }
    }

    private void WriteParts(string member, Action<JsonElement, int> write)
    {
        if (item.TryGetProperty(member, out JsonElement parts) && parts.ValueKind == JsonValueKind.Array)
        {
            int at = 0;
            foreach (JsonElement part in parts.EnumerateArray())
            {
                write(part, at++);
            }
        }
    }

    private void EmitPart(string type, JsonElement part, int at, string? emptied, string place = "content_index") => Emit(type, json =>
    {
        json.WriteNumber(place, at);
        json.WriteStartObject("part");
        foreach (JsonProperty member in part.EnumerateObject())
        {
            if (member.Name == emptied)
            {
                json.WriteString(emptied, "");
            }
            else
            {
                json.WriteRaw(member.Name, member.Value);
            }
        }

        json.WriteEndObject();
    });

    // An item that has just been added: what deltas fill is empty.
    private void WriteEmpty(Utf8JsonWriter json, JsonProperty member)
    {
        switch (_type, member.Name)
        {
            case ("message" or "function_call" or "reasoning", "status"):
                json.WriteString("status", "in_progress");
                break;
            case ("message" or "reasoning", "content"):
            case ("reasoning", "summary"):
                json.WriteStartArray(member.Name);
                json.WriteEndArray();
                break;
            case ("function_call", "arguments"):
            case ("custom_tool_call", "input"):
                json.WriteString(member.Name, "");
                break;
            default:
                json.WriteRaw(member.Name, member.Value);
                break;
        }
    }

    private void CopyName(Utf8JsonWriter json)
    {
        if (item.TryGetProperty("name", out JsonElement name))
        {
            json.WriteRaw("name", name);
        }
    }

    private void Emit(string type, Action<Utf8JsonWriter> write) => events.Emit(type, json =>
    {
        if (item.TryGetProperty("id", out JsonElement id))
        {
            json.WriteRaw("item_id", id);
        }

        json.WriteNumber("output_index", index);
        write(json);
    });
}
