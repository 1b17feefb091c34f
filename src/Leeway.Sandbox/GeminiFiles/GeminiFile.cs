using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.GeminiFiles;

/// <summary>A file of the Gemini API.</summary>
/// <param name="Id">What follows <c>files/</c>.</param>
/// <param name="ExpiresAt">Null for the output of a batch, which lives as long as the batch.</param>
internal sealed record GeminiFile(string Id, string? DisplayName, string MimeType, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, FileContent Content)
{
    public string Name => "files/" + Id;

    public bool IsGenerated => ExpiresAt is null;

    /// <param name="root">Scheme and authority the caller used.</param>
    public void WriteTo(Utf8JsonWriter json, string root)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        if (DisplayName is not null)
        {
            json.WriteString("displayName", DisplayName);
        }

        json.WriteString("mimeType", MimeType);
        json.WriteString("sizeBytes", Content.Length.ToString(CultureInfo.InvariantCulture));
        json.WriteString("createTime", Instants.Rfc3339(CreatedAt));
        json.WriteString("updateTime", Instants.Rfc3339(CreatedAt));
        if (ExpiresAt is { } expiry)
        {
            json.WriteString("expirationTime", Instants.Rfc3339(expiry));
        }

        json.WriteString("uri", $"{root}/v1beta/{Name}");
        if (IsGenerated)
        {
            json.WriteString("downloadUri", $"{root}/download/v1beta/{Name}:download?alt=media");
        }

        json.WriteString("state", "ACTIVE");
        json.WriteString("source", IsGenerated ? "GENERATED" : "UPLOADED");
        json.WriteEndObject();
    }
}
