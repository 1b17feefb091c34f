using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.GeminiBatches;

/// <summary>A batch as the long-running operation the vendor shows. 64-bit counts are strings; one of zero is absent.</summary>
internal static class GeminiBatchObject
{
    private const string Type = "type.googleapis.com/google.ai.generativelanguage.v1main.";

    public static void Write(Utf8JsonWriter json, GeminiBatch batch, DateTimeOffset now)
    {
        var state = batch.StateAt(now);
        var type = Type + (batch.Input.Embeds ? "EmbedContentBatch" : "GenerateContentBatch");
        json.WriteStartObject();
        json.WriteString("name", batch.Name);
        json.WriteStartObject("metadata");
        json.WriteString("@type", type);
        WriteMetadata(json, batch, state, now);
        json.WriteEndObject();
        if (batch.HasEnded)
        {
            json.WriteBoolean("done", true);
            if (state == "SUCCEEDED")
            {
                json.WriteStartObject("response");
                json.WriteString("@type", type);
                WriteOutput(json, batch);
                json.WriteEndObject();
            }
            else
            {
                json.WriteStartObject("error");
                json.WriteNumber("code", state == "EXPIRED" ? 4 : 13);
                json.WriteString("message", state == "EXPIRED" ? "The batch has expired." : "The batch was cancelled.");
                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
    }

    private static void WriteMetadata(Utf8JsonWriter json, GeminiBatch batch, string state, DateTimeOffset now)
    {
        json.WriteString("name", batch.Name);
        json.WriteString("model", "models/" + batch.Input.ModelName);
        json.WriteString("displayName", batch.Input.DisplayName);
        if (batch.Input.FileName is { } input)
        {
            json.WriteStartObject("inputConfig");
            json.WriteString("fileName", input);
            json.WriteEndObject();
        }

        if (state == "SUCCEEDED")
        {
            json.WriteStartObject("output");
            WriteOutput(json, batch);
            json.WriteEndObject();
        }

        json.WriteString("createTime", Instants.Rfc3339(batch.CreatedAt));
        if (batch.HasEnded)
        {
            json.WriteString("endTime", Instants.Rfc3339(batch.EndsAt));
        }

        json.WriteString("updateTime", Instants.Rfc3339(batch.HasEnded ? batch.EndsAt : now));
        WriteStats(json, batch, now);
        json.WriteString("state", "BATCH_STATE_" + state);
    }

    private static void WriteStats(Utf8JsonWriter json, GeminiBatch batch, DateTimeOffset now)
    {
        var total = batch.Input.Lines.Count;
        var done = batch.Output is { } output ? output.Succeeded + output.Failed : (int)(total * batch.Plan.DoneAt(now));
        json.WriteStartObject("batchStats");
        Count(json, "requestCount", total);
        Count(json, "successfulRequestCount", batch.Output?.Succeeded ?? done);
        Count(json, "failedRequestCount", batch.Output?.Failed ?? 0);
        Count(json, "pendingRequestCount", batch.HasEnded ? 0 : total - done);
        json.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter json, GeminiBatch batch)
    {
        var output = batch.Output!;
        if (output.FileName is { } file)
        {
            json.WriteString("responsesFile", file);
            return;
        }

        json.WriteStartObject(batch.Input.Embeds ? "inlinedEmbedContentResponses" : "inlinedResponses");
        json.WriteStartArray("inlinedResponses");
        foreach (var result in output.Inlined)
        {
            json.WriteRawValue(result.Span, skipInputValidation: true);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Count(Utf8JsonWriter json, string name, long count)
    {
        if (count > 0)
        {
            json.WriteString(name, count.ToString(CultureInfo.InvariantCulture));
        }
    }
}
