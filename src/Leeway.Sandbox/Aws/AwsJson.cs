using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Aws;

/// <summary>JSON of AWS's REST services.</summary>
internal static class AwsJson
{
    /// <summary>The call's JSON object, or null after a 400 has been written.</summary>
    public static async Task<JsonDocument?> ReadAwsObjectAsync(this HttpContext context)
    {
        if (Parse(AwsCall.Of(context).Body) is { } document)
        {
            return document;
        }

        await context.WriteErrorAsync(AwsErrors.NotAnObject);
        return null;
    }

    /// <summary>A JSON object, or null.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // The caller says it.
        }

        return null;
    }

    /// <param name="hasCapitals">Whether the service writes <c>Message</c>.</param>
    public static void WriteError(Utf8JsonWriter json, ApiError error, bool hasCapitals)
    {
        json.WriteStartObject();
        json.WriteString(hasCapitals ? "Message" : "message", error.Message);
        foreach (var (name, value) in error.Members)
        {
            if (value is string text)
            {
                json.WriteString(name, text);
            }
            else
            {
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
            }
        }

        json.WriteEndObject();
    }
}
