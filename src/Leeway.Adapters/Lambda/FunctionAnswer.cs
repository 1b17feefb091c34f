using System.Text;
using System.Text.Json;
using Leeway.Adapters.Aws;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Lambda;

/// <summary>
/// What a function answered: the completion; or, from one written for API Gateway, <c>{"statusCode","headers","body","isBase64Encoded"}</c>
/// around it; or a text, which Lambda makes a JSON string.
/// </summary>
internal static class FunctionAnswer
{
    public static WrappedAnswer Read(Deployment deployment, ReadOnlyMemory<byte> answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.String ? Plain(Encoding.UTF8.GetBytes(root.GetString()!))
                : root.Count("statusCode") is { } status && root.Member("body") is { } body ? Proxied(deployment, root, status, body)
                : new WrappedAnswer(200, "application/json", answer, null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Failures.Malformed(deployment, "answered with something that is not JSON", e);
        }
    }

    private static WrappedAnswer Proxied(Deployment deployment, JsonElement root, int status, JsonElement body)
    {
        byte[] content = body.ValueKind != JsonValueKind.String ? Encoding.UTF8.GetBytes(body.GetRawText())
            : root.Member("isBase64Encoded") is { ValueKind: JsonValueKind.True } ? body.GetBytesFromBase64()
            : Encoding.UTF8.GetBytes(body.GetString()!);
        if (status < 400)
        {
            return Plain(content);
        }

        ErrorText text = ErrorText.Parse(content);
        return new WrappedAnswer(status, "application/json", default, new ProviderError(ErrorAnswers.Classify(status, text.Type, text.Code, text.Message), text.Describe(status, deployment.Id, null))
        {
            StatusCode = status,
            ProviderCode = text.Code ?? text.Type,
        });
    }

    /// <summary>A function that cannot stream may still write events.</summary>
    private static WrappedAnswer Plain(byte[] content) =>
        new(200, content.AsSpan().StartsWith("data:"u8) || content.AsSpan().StartsWith("event:"u8) ? "text/event-stream" : "application/json", content, null);
}
