using System.Text;
using System.Text.Json;

namespace Leeway.Cli.Commands;

/// <summary>What <c>ask</c> sends.</summary>
/// <param name="Deadline">Null: now.</param>
internal sealed record Question(string Text, string Model, string? System, int? MaxTokens, DateTimeOffset? Deadline, bool Stream)
{
    public string ToBody()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("model", Model);
            json.WriteStartArray("messages");
            if (System is not null)
            {
                WriteMessage(json, "system", System);
            }

            WriteMessage(json, "user", Text);
            json.WriteEndArray();
            if (MaxTokens is { } most)
            {
                json.WriteNumber("max_tokens", most);
            }

            if (Stream)
            {
                json.WriteBoolean("stream", true);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteMessage(Utf8JsonWriter json, string role, string content)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", content);
        json.WriteEndObject();
    }
}
