using System.Text.Json;
using Leeway.Gateway.Ingress.Files;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Uploads;

/// <summary>OpenAI's upload object and its part.</summary>
internal static class UploadObject
{
    public static void Write(Utf8JsonWriter json, Upload upload, StoredFile? file)
    {
        json.WriteStartObject();
        json.WriteString("id", upload.Id.ToString());
        json.WriteString("object", "upload");
        json.WriteNumber("bytes", upload.Bytes);
        json.WriteNumber("created_at", upload.CreatedAt.ToUnixTimeSeconds());
        json.WriteString("filename", upload.Name);
        json.WriteString("purpose", upload.Purpose);
        json.WriteString("status", Json.Name(upload.State));
        json.WriteNumber("expires_at", upload.ExpiresAt.ToUnixTimeSeconds());
        if (file is not null)
        {
            json.WritePropertyName("file");
            FileObject.Write(json, file);
        }

        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, UploadPart part)
    {
        json.WriteStartObject();
        json.WriteString("id", part.Id.ToString());
        json.WriteString("object", "upload.part");
        json.WriteNumber("created_at", part.CreatedAt.ToUnixTimeSeconds());
        json.WriteString("upload_id", part.Upload.ToString());
        json.WriteEndObject();
    }
}
