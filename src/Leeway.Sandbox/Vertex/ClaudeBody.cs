using System.Buffers;
using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Vertex;

/// <summary>A Messages body as Vertex AI takes it: the version stands in it, the model in the address.</summary>
internal static class ClaudeBody
{
    private const string Version = "vertex-2023-10-16";

    /// <summary>The same as Anthropic takes it.</summary>
    public static (JsonDocument? Body, ApiError? Error) ToMessages(JsonElement body, string model)
    {
        if (body.StringOrNull("anthropic_version") != Version)
        {
            return (null, ApiError.Bad("anthropic_version", body.Has("anthropic_version", out _) ? $"Input should be '{Version}'" : "Field required"));
        }

        if (body.TryGetProperty("model", out _))
        {
            return (null, ApiError.Bad("model", "Extra inputs are not permitted"));
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, HttpJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            foreach (var field in body.EnumerateObject().Where(field => field.Name != "anthropic_version"))
            {
                field.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return (JsonDocument.Parse(buffer.WrittenMemory), null);
    }
}
