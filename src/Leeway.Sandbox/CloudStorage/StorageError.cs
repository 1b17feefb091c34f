using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.CloudStorage;

/// <summary>Errors of the storage API: as Google's others, with a reason in a list in place of a status.</summary>
internal static class StorageError
{
    public static void Write(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteNumber("code", error.Status);
        json.WriteString("message", error.Message);
        json.WriteStartArray("errors");
        json.WriteStartObject();
        json.WriteString("message", error.Message);
        json.WriteString("domain", "global");
        json.WriteString("reason", error.Status switch
        {
            401 => "authError",
            403 => "forbidden",
            404 => "notFound",
            416 => "requestedRangeNotSatisfiable",
            429 => "rateLimitExceeded",
            >= 500 => "backendError",
            _ => "invalid",
        });
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static ApiError NoObject(string bucket, string name) => new(404, $"No such object: {bucket}/{name}");
}
