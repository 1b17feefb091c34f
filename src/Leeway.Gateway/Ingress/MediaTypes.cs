using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Leeway.Gateway.Ingress;

/// <summary>
/// A body must say that it is JSON. The types that a page in a browser may post anywhere without asking first (forms, plain text, none at
/// all) are thereby refused, so that no foreign page spends money through a gateway on the reader's machine.
/// </summary>
internal static class MediaTypes
{
    /// <summary>The refusal of a body that is not <c>application/json</c>, or null.</summary>
    public static Problem? CheckJson(HttpRequest request) => Check(request, "application/json");

    /// <summary>The refusal of a body that is not JSON lines, or null. They have several names: any with json in it is taken.</summary>
    public static Problem? CheckLines(HttpRequest request) => Check(request, "application/x-ndjson");

    private static Problem? Check(HttpRequest request, string wanted)
    {
        string? type = request.ContentType;
        if (!IsJson(type))
        {
            return new Problem
            {
                Code = "unsupported_media_type",
                Message = type is null ? "The body has no Content-Type." : $"The Content-Type is '{Short.Of(type)}'.",
                Field = "Content-Type",
                Value = type is null ? null : Short.Of(type),
                Remedy = $"Send Content-Type: {wanted}. Nothing was sent or queued.",
            };
        }

        string encoding = request.Headers.ContentEncoding.ToString();
        return encoding is "" or "identity"
            ? null
            : new Problem
            {
                Code = "unsupported_media_type",
                Message = $"The Content-Encoding is '{Short.Of(encoding)}'.",
                Field = "Content-Encoding",
                Value = Short.Of(encoding),
                Remedy = "Send the body uncompressed. Nothing was sent or queued.",
            };
    }

    // The first test is enough for nearly every client.
    private static bool IsJson(string? type) =>
        type is "application/json" or "application/json; charset=utf-8"
        || MediaTypeHeaderValue.TryParse(type, out MediaTypeHeaderValue? parsed)
            && parsed.Type.Equals("application", StringComparison.OrdinalIgnoreCase)
            && parsed.SubType.Value!.Contains("json", StringComparison.OrdinalIgnoreCase);
}
