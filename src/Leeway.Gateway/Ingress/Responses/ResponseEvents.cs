using System.Buffers;
using System.Text.Json;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Responses;

/// <summary>
/// Writes a response as the events a client asked for. Their numbers depend on nothing but the response, so a client that comes back, even
/// to another process, goes on behind the last one it saw.
/// </summary>
/// <param name="output">The stream.</param>
/// <param name="after">The number of the last event the client has; -1 for none.</param>
/// <param name="next">The number to go on with.</param>
internal sealed class ResponseEvents(IBufferWriter<byte> output, int after, int next = 0)
{
    /// <summary>The number the next event gets.</summary>
    public int Next { get; private set; } = next;

    /// <summary>Writes the events of a response that is not there yet; of a background one, that it is queued.</summary>
    public void Open(ReadOnlyMemory<byte> open, bool background)
    {
        using JsonDocument document = JsonDocument.Parse(open);
        JsonElement response = document.RootElement;
        EmitResponse("response.created", response);
        if (background)
        {
            EmitResponse("response.queued", response);
        }
    }

    /// <summary>Writes the rest, once there is an end. <paramref name="started"/> is the response as it stood while it was worked on.</summary>
    public void Close(ReadOnlyMemory<byte> started, ReadOnlyMemory<byte> ended)
    {
        using (JsonDocument document = JsonDocument.Parse(started))
        {
            EmitResponse("response.in_progress", document.RootElement);
        }

        using JsonDocument final = JsonDocument.Parse(ended);
        JsonElement response = final.RootElement;
        if (response.TryGetProperty("output", out JsonElement items) && items.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement item in items.EnumerateArray())
            {
                new ItemEvents(this, item, index++).Write();
            }
        }

        // There is no event for a cancelled response; the response inside says that it was.
        EmitResponse(
            Text(response, "status") switch
            {
                "completed" => "response.completed",
                "incomplete" => "response.incomplete",
                _ => "response.failed",
            },
            response);
    }

    /// <summary>Writes one event, unless the client has it, and counts it in any case.</summary>
    public void Emit(string type, Action<Utf8JsonWriter> write)
    {
        int number = Next++;
        if (number <= after)
        {
            return;
        }

        SseData.Write(output, type, json =>
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteNumber("sequence_number", number);
            write(json);
            json.WriteEndObject();
        });
    }

    /// <summary>A member that is text; empty when it is not, or when it holds half a surrogate pair, which no word of the protocol does.</summary>
    public static string Text(JsonElement element, string name)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    private void EmitResponse(string type, JsonElement response) => Emit(type, json => json.WriteRaw("response", response));
}
