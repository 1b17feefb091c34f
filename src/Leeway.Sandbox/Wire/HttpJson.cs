using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Leeway.Sandbox.Vendors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Leeway.Sandbox.Wire;

/// <summary>JSON in and out of an HTTP exchange.</summary>
internal static class HttpJson
{
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteJsonAsync(this HttpContext context, Action<Utf8JsonWriter> write, int status = 200)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            write(json);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    public static Task WriteEmptyObjectAsync(this HttpContext context) => context.WriteJsonAsync(json =>
    {
        json.WriteStartObject();
        json.WriteEndObject();
    });

    /// <summary>Whose API is called; null for the sandbox's own paths.</summary>
    public static Vendor? Vendor(this HttpContext context) => context.Features.Get<Vendor>();

    /// <summary>The error in the shape of the vendor whose API was called, else in OpenAI's.</summary>
    public static Task WriteErrorAsync(this HttpContext context, ApiError error) =>
        context.Vendor()?.WriteErrorAsync(context, error) ?? context.WriteJsonAsync(json => OpenAIVendor.Write(json, error), error.Status);

    /// <summary>The request's JSON object, or null after a 400 or 413 has been written.</summary>
    public static async Task<JsonDocument?> ReadJsonObjectAsync(this HttpContext context, long? maxBytes = null)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = maxBytes;
        try
        {
            var document = await JsonDocument.ParseAsync(context.Vendor()?.OpenBody(context.Request) ?? context.Request.Body, default, context.RequestAborted);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await context.WriteErrorAsync(new ApiError(413, $"Request exceeds the maximum size of {maxBytes} bytes"));
            return null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            // The answer below says it.
        }

        await context.WriteErrorAsync(ApiError.UnparsableBody);
        return null;
    }

    public static string? StringOrNull(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>True when the property is there and not null.</summary>
    public static bool Has(this JsonElement element, string name, out JsonElement value) =>
        element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
