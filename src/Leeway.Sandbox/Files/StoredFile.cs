using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Files;

internal sealed record StoredFile(string Id, string Filename, string Purpose, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, FileContent Content)
{
    /// <param name="status">Its state, as the vendor calls it now.</param>
    public void WriteTo(Utf8JsonWriter json, string status)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("object", "file");
        json.WriteNumber("bytes", Content.Length);
        json.WriteNumber("created_at", CreatedAt.ToUnixTimeSeconds());
        json.WriteNumberOrNull("expires_at", ExpiresAt?.ToUnixTimeSeconds());
        json.WriteString("filename", Filename);
        json.WriteString("purpose", Purpose);
        json.WriteString("status", status);
        json.WriteNull("status_details");
        json.WriteEndObject();
    }
}
