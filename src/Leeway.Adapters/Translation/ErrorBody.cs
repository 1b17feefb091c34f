using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Translation;

/// <summary>A provider's error in the shape of the client's dialect, for results that are kept. Errors of a call in real time are written by the gateway.</summary>
internal static class ErrorBody
{
    public static ReadOnlyMemory<byte> Write(Dialect dialect, int status, ReadOnlyMemory<byte> error)
    {
        ErrorText text = ErrorText.Parse(error);
        string message = string.IsNullOrWhiteSpace(text.Message) ? $"The provider answered {status}." : text.Message;
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            if (dialect == Dialect.Anthropic)
            {
                json.WriteString("type", "error");
                json.WriteStartObject("error");
                json.WriteString("type", AnthropicType(status));
                json.WriteString("message", message);
            }
            else
            {
                json.WriteStartObject("error");
                json.WriteString("message", message);
                json.WriteString("type", status is >= 400 and < 500 ? "invalid_request_error" : "server_error");
                json.WriteNull("param");
                json.WriteString("code", text.Code ?? text.Type);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    /// <summary>The HTTP status of one of Anthropic's error types, which rows of its batches carry without one.</summary>
    public static int StatusOf(string? type) => type switch
    {
        "authentication_error" => 401,
        "billing_error" => 402,
        "permission_error" => 403,
        "not_found_error" => 404,
        "request_too_large" => 413,
        "rate_limit_error" => 429,
        "api_error" => 500,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ => 400,
    };

    private static string AnthropicType(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        503 or 529 => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };
}
