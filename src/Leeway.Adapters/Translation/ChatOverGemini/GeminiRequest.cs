using System.Buffers;
using System.Text.Json;

namespace Leeway.Adapters.Translation.ChatOverGemini;

/// <summary>Writes a Chat Completions request as one of generateContent. The model stands in the address.</summary>
internal readonly struct GeminiRequest(RequestDocument document, Utf8JsonWriter json, string model, string? tier)
{
    public void Write()
    {
        Fields top = document.Open(document.Root, "");

        // Metadata and an id of the end user stay with the gateway: there is no member for either.
        top.Leave("model", "stream", "stream_options", "service_tier", "metadata", "user", "safety_identifier");
        json.WriteStartObject();
        new GeminiTurns(document, json, model).Write(top.Need("messages"));
        new GeminiTools(document, json).Write(top);
        WriteConfig(top);
        if (tier is not null)
        {
            json.WriteString("serviceTier", tier);
        }

        // What changes nothing at its neutral value; anything else has no word there.
        top.LeaveIf("logit_bias", static value => value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any());
        top.LeaveIf("modalities", static value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && value[0].Is("text"));
        top.LeaveIf("store", static value => value.ValueKind == JsonValueKind.False);
        top.LeaveIf("verbosity", static value => value.Is("medium"));
        top.Close();
        json.WriteEndObject();
    }

    private void WriteConfig(Fields top)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var config = new Utf8JsonWriter(buffer);
        config.WriteStartObject();
        CopyNumber(config, "temperature", top, "temperature");
        CopyNumber(config, "topP", top, "top_p");
        CopyNumber(config, "seed", top, "seed");
        CopyNumber(config, "presencePenalty", top, "presence_penalty");
        CopyNumber(config, "frequencyPenalty", top, "frequency_penalty");
        WriteLimits(config, top);
        WriteStops(config, top);
        WriteLogprobs(config, top);
        WriteFormat(config, top);
        if (top.Take("reasoning_effort") is { } effort)
        {
            GeminiThinking.Write(document, config, effort, model);
        }

        config.WriteEndObject();
        config.Flush();
        if (buffer.WrittenCount > "{}".Length)
        {
            json.WriteRaw("generationConfig", buffer.WrittenSpan);
        }
    }

    private void WriteLimits(Utf8JsonWriter config, Fields top)
    {
        JsonElement? newer = top.Take("max_completion_tokens");
        JsonElement? older = top.Take("max_tokens");
        if ((newer ?? older) is { } most)
        {
            config.Copy("maxOutputTokens", document.Require(most, JsonValueKind.Number, newer is null ? "max_tokens" : "max_completion_tokens"));
        }

        if (top.Take("n") is { } n && !(document.Require(n, JsonValueKind.Number, "n").TryGetInt32(out int count) && count == 1))
        {
            config.Copy("candidateCount", n);
        }
    }

    private void WriteStops(Utf8JsonWriter config, Fields top)
    {
        if (top.Take("stop") is not { } stop)
        {
            return;
        }

        config.WriteStartArray("stopSequences");
        foreach ((JsonElement sequence, string path) in stop.ValueKind == JsonValueKind.String ? [(stop, "stop")] : document.Items(stop, "stop"))
        {
            config.Copy(document.Require(sequence, JsonValueKind.String, path));
        }

        config.WriteEndArray();
    }

    private void WriteLogprobs(Utf8JsonWriter config, Fields top)
    {
        if (top.Flag("logprobs") == true)
        {
            config.WriteBoolean("responseLogprobs", true);
            CopyNumber(config, "logprobs", top, "top_logprobs");
        }

        top.LeaveIf("top_logprobs", static value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number == 0);
    }

    private void WriteFormat(Utf8JsonWriter config, Fields top)
    {
        if (top.Take("response_format") is not { } given)
        {
            return;
        }

        Fields format = document.Open(given, "response_format");
        switch (document.Text(format.Need("type"), "response_format.type"))
        {
            case "text":
                break;
            case "json_object":
                config.WriteString("responseMimeType", "application/json");
                break;
            case "json_schema":
                Fields schema = document.Open(format.Need("json_schema"), "response_format.json_schema");

                // Name and description are labels that only OpenAI wants, and output there always keeps to the schema.
                schema.Leave("name", "description");
                schema.Flag("strict");
                config.WriteString("responseMimeType", "application/json");
                config.Copy("responseJsonSchema", document.Require(schema.Need("schema"), JsonValueKind.Object, schema.PathOf("schema")));
                schema.Close();
                break;
            default:
                throw document.NoValue(given.GetProperty("type"), "response_format.type", "text, json_object and json_schema are known");
        }

        format.Close();
    }

    private void CopyNumber(Utf8JsonWriter config, string name, Fields top, string member)
    {
        if (top.Take(member) is { } value)
        {
            config.Copy(name, document.Require(value, JsonValueKind.Number, member));
        }
    }
}
