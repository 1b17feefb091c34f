using System.IO.Compression;
using System.Text.Json;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Vendors;

/// <summary>What Google's two APIs have in common: the shape of errors and the words of faults.</summary>
internal abstract class GoogleVendor(SandboxWorld world) : Vendor(world)
{
    /// <summary>Google's client libraries compress what they send.</summary>
    public override Stream OpenBody(HttpRequest request) =>
        request.Headers.ContentEncoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;

    public override void WriteError(Utf8JsonWriter json, ApiError error, string? requestId) => GoogleError.Write(json, error);

    /// <summary>When to try again stands in the body, not in a header.</summary>
    public override Task WriteErrorAsync(HttpContext context, ApiError error) => context.WriteJsonAsync(json => GoogleError.Write(json, error), error.Status);

    public override ApiError RateLimited() =>
        new(429, "You exceeded your current quota, please check your plan and billing details. Please retry in a while.", Code: GoogleError.MinuteQuota);

    public override ApiError QuotaSpent() =>
        new(429, "You exceeded your current quota, please check your plan and billing details.", Code: GoogleError.DayQuota);

    public override ApiError ServerError(int status) =>
        new(status, status == 503 ? "The model is overloaded. Please try again later." : "An internal error has occurred. Please retry.");
}
