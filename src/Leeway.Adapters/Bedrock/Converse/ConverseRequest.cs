using System.Text.Json;
using Leeway.Adapters.Translation;

namespace Leeway.Adapters.Bedrock.Converse;

/// <summary>Writes a Chat Completions request as one of Converse, in which the model stands in the address.</summary>
internal readonly struct ConverseRequest(RequestDocument document, Utf8JsonWriter json, RequestTerms terms)
{
    // What a label of a request may be there.
    private const string LabelCharacters = " :_@$#=/+,-.";

    public void Write()
    {
        Fields top = document.Open(document.Root, "");
        top.Leave("model", "stream", "stream_options", "service_tier");
        json.WriteStartObject();
        bool usesTools = ConverseTurns.Write(document, json, top.Need("messages"));
        WriteInference(top);
        new ConverseTools(document, json).Write(top, usesTools);
        WriteOutput(top);
        WriteUser(top);
        if (terms.Tier is { } tier)
        {
            json.WriteStartObject("serviceTier");
            json.WriteString("type", tier);
            json.WriteEndObject();
        }

        // What changes nothing at its neutral value; anything else has no word there.
        top.LeaveIf("n", static value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int n) && n == 1);
        top.LeaveIf("frequency_penalty", IsZero);
        top.LeaveIf("presence_penalty", IsZero);
        top.LeaveIf("logprobs", static value => value.ValueKind == JsonValueKind.False);
        top.LeaveIf("top_logprobs", IsZero);
        top.LeaveIf("logit_bias", static value => value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any());
        top.LeaveIf("modalities", static value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && value[0].Is("text"));
        top.LeaveIf("store", static value => value.ValueKind == JsonValueKind.False);
        top.LeaveIf("verbosity", static value => value.Is("medium"));

        // Labels for people: they stay with the gateway, which keeps them with a request that waits.
        top.Leave("metadata");
        top.Close();
        json.WriteEndObject();
    }

    private static bool IsZero(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number == 0;

    private void WriteInference(Fields top)
    {
        JsonElement? newer = top.Take("max_completion_tokens");
        JsonElement? older = top.Take("max_tokens");
        JsonElement? temperature = top.Take("temperature");
        JsonElement? topP = top.Take("top_p");
        JsonElement? stop = top.Take("stop");
        if ((newer ?? older ?? temperature ?? topP ?? stop) is null)
        {
            return;
        }

        json.WriteStartObject("inferenceConfig");
        if ((newer ?? older) is { } most)
        {
            json.Copy("maxTokens", document.Require(most, JsonValueKind.Number, newer is null ? "max_tokens" : "max_completion_tokens"));
        }

        if (temperature is { } heat)
        {
            if (document.Number(heat, "temperature") > 1)
            {
                throw document.NoValue(heat, "temperature", "it goes from 0 to 1 there");
            }

            json.Copy("temperature", heat);
        }

        if (topP is { } share)
        {
            json.Copy("topP", document.Require(share, JsonValueKind.Number, "top_p"));
        }

        if (stop is { } ends)
        {
            json.WriteStartArray("stopSequences");
            foreach ((JsonElement sequence, string path) in ends.ValueKind == JsonValueKind.String ? [(ends, "stop")] : document.Items(ends, "stop"))
            {
                json.Copy(document.Require(sequence, JsonValueKind.String, path));
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteOutput(Fields top)
    {
        JsonElement? effort = top.Take("reasoning_effort");
        JsonElement? format = top.Take("response_format");
        string? level = effort is { } said ? document.Text(said, "reasoning_effort") : null;
        if (level is not (null or "low" or "medium" or "high" or "xhigh" or "max"))
        {
            throw document.NoValue(effort!.Value, "reasoning_effort", "low, medium, high, xhigh and max are known there");
        }

        Fields? schema = format is { } given ? OpenSchema(given) : null;
        if (level is null && schema is null)
        {
            return;
        }

        json.WriteStartObject("outputConfig");
        if (schema is not null)
        {
            WriteSchema(schema);
        }

        if (level is not null)
        {
            json.WriteString("effort", level);
        }

        json.WriteEndObject();
    }

    private Fields? OpenSchema(JsonElement given)
    {
        Fields format = document.Open(given, "response_format");
        switch (document.Text(format.Need("type"), "response_format.type"))
        {
            case "text":
                format.Close();
                return null;
            case "json_schema":
                Fields schema = document.Open(format.Need("json_schema"), "response_format.json_schema");
                format.Close();
                return schema;
            default:
                throw document.NoValue(given.GetProperty("type"), "response_format.type", "it knows text and json_schema; give the schema of the JSON you want");
        }
    }

    /// <summary>The schema is JSON within a string there.</summary>
    private void WriteSchema(Fields schema)
    {
        JsonElement? name = schema.Take("name");
        schema.Flag("strict");
        JsonElement shape = document.Require(schema.Need("schema"), JsonValueKind.Object, schema.PathOf("schema"));
        json.WriteStartObject("textFormat");
        json.WriteString("type", "json_schema");
        json.WriteStartObject("structure");
        json.WriteStartObject("jsonSchema");
        json.WriteString("schema", System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(shape));
        json.CopyIfAny("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        schema.Close();
    }

    /// <summary>The end user's id becomes a label of the request.</summary>
    private void WriteUser(Fields top)
    {
        JsonElement? user = top.Take("user");
        JsonElement? safety = top.Take("safety_identifier");
        if ((user ?? safety) is not { } given)
        {
            return;
        }

        string path = user is null ? "safety_identifier" : "user";
        string id = document.Text(given, path);
        if (id.Length is 0 or > 256 || !id.All(static c => char.IsAsciiLetterOrDigit(c) || LabelCharacters.Contains(c, StringComparison.Ordinal)))
        {
            throw document.NoValue(given, path, $"it is a label there, of 1 to 256 letters, digits and '{LabelCharacters}'");
        }

        json.WriteStartObject("requestMetadata");
        json.WriteString("user", id);
        json.WriteEndObject();
    }
}
