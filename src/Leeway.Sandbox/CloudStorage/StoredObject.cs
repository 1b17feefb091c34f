using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.CloudStorage;

/// <summary>An object of a bucket.</summary>
/// <param name="Crc32c">Base64 of the big-endian sum.</param>
/// <param name="Md5">Base64.</param>
internal sealed record StoredObject(string Bucket, string Name, string ContentType, long Generation, DateTimeOffset CreatedAt, FileContent Content, string Crc32c, string Md5)
{
    public void WriteTo(Utf8JsonWriter json, string root)
    {
        var generation = Generation.ToString(CultureInfo.InvariantCulture);
        var self = $"{root}/storage/v1/b/{Bucket}/o/{Uri.EscapeDataString(Name)}";
        json.WriteStartObject();
        json.WriteString("kind", "storage#object");
        json.WriteString("id", $"{Bucket}/{Name}/{generation}");
        json.WriteString("selfLink", self);
        json.WriteString("mediaLink", $"{root}/download{self[root.Length..]}?generation={generation}&alt=media");
        json.WriteString("name", Name);
        json.WriteString("bucket", Bucket);
        json.WriteString("generation", generation);
        json.WriteString("metageneration", "1");
        json.WriteString("contentType", ContentType);
        json.WriteString("storageClass", "STANDARD");
        json.WriteString("size", Content.Length.ToString(CultureInfo.InvariantCulture));
        json.WriteString("md5Hash", Md5);
        json.WriteString("crc32c", Crc32c);
        json.WriteString("etag", Md5);
        json.WriteString("timeCreated", Instants.Rfc3339(CreatedAt));
        json.WriteString("updated", Instants.Rfc3339(CreatedAt));
        json.WriteEndObject();
    }
}
