using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Lambda;

/// <summary>A function that has thrown: HTTP 200, and only a header tells it from an answer.</summary>
internal static class FunctionErrors
{
    public const string Header = "X-Amz-Function-Error";

    public static Task WriteAsync(HttpContext context, string type, string message)
    {
        context.Response.Headers.Remove("x-amzn-ErrorType");
        context.Response.Headers[Header] = "Unhandled";
        return context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("errorMessage", message);
            json.WriteString("errorType", type);
            json.WriteStartArray("stackTrace");
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
