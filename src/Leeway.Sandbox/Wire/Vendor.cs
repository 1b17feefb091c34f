using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Wire;

/// <summary>Whose API a call speaks; it decides keys, headers and the shape of errors.</summary>
internal enum Vendor
{
    OpenAI,
    Anthropic,
}

internal static class Vendors
{
    /// <summary>Messages are Anthropic's; a path both have, <c>/v1/models</c>, is Anthropic's when its headers come along.</summary>
    public static Vendor VendorOf(this HttpRequest request) =>
        request.Path.StartsWithSegments("/v1/messages")
        || (request.Path.StartsWithSegments("/v1/models") && (request.Headers.ContainsKey("anthropic-version") || request.Headers.ContainsKey("x-api-key")))
            ? Vendor.Anthropic
            : Vendor.OpenAI;
}
