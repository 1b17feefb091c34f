using System.Text.Json;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress;

/// <summary>Answers of our own routes.</summary>
internal static class JsonResponses
{
    public static Task WriteJsonAsync(this HttpResponse response, Action<Utf8JsonWriter> write) => response.WriteJsonAsync(Json.Write(write));

    public static Task WriteJsonAsync(this HttpResponse response, ReadOnlyMemory<byte> body)
    {
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, response.HttpContext.RequestAborted).AsTask();
    }

    /// <summary>A list page: <c>{"object":"list","data":[…],"has_more":…}</c>.</summary>
    public static Task WriteListAsync<T>(this HttpResponse response, IReadOnlyList<T> items, bool hasMore, Action<Utf8JsonWriter, T> writeItem, Action<Utf8JsonWriter>? more = null) =>
        response.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("object", "list");
            json.WriteStartArray("data");
            foreach (T item in items)
            {
                writeItem(json, item);
            }

            json.WriteEndArray();
            json.WriteBoolean("has_more", hasMore);
            more?.Invoke(json);
            json.WriteEndObject();
        });
}
