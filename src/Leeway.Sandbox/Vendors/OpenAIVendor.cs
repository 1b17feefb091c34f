using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Responses;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Vendors;

internal sealed class OpenAIVendor(SandboxWorld world) : Vendor(world)
{
    private static readonly string[] s_realTime = ["/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses"];

    public override SandboxKind Kind => SandboxKind.OpenAI;

    public override void Map(IEndpointRouteBuilder routes)
    {
        foreach (var endpoint in s_realTime.Where(path => path != "/v1/responses"))
        {
            routes.MapRealTime(World, endpoint);
        }

        routes.MapResponses(World);
        routes.MapModels();
        routes.MapFiles(World);
        routes.MapBatches(World);
    }

    /// <summary>All of <c>/v1</c> that no other vendor takes.</summary>
    public override bool Owns(HttpRequest request) => request.Path.StartsWithSegments("/v1");

    public override bool IsRealTime(PathString path) => s_realTime.Contains(path.Value);

    public override void AddHeaders(HttpContext context)
    {
        var started = World.Clock.Timestamp();
        var headers = context.Response.Headers;
        headers["x-request-id"] = World.Ids.Next("req_");
        headers["openai-version"] = "2020-10-01";
        headers["openai-organization"] = "sandbox";
        headers["x-ratelimit-limit-requests"] = "10000";
        headers["x-ratelimit-limit-tokens"] = "2000000";
        headers["x-ratelimit-remaining-requests"] = "9999";
        headers["x-ratelimit-remaining-tokens"] = "1999000";
        headers["x-ratelimit-reset-requests"] = "6ms";
        headers["x-ratelimit-reset-tokens"] = "30ms";
        context.Response.OnStarting(() =>
        {
            headers["openai-processing-ms"] = ((long)World.Clock.Since(started).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
    }

    public override ApiError? Refusal(HttpRequest request) =>
        HasBearer(request) ? null : new ApiError(401, "You didn't provide an API key.", Code: "invalid_api_key");

    public override void WriteError(Utf8JsonWriter json, ApiError error, string? requestId) => Write(json, error);

    /// <summary>The error in OpenAI's shape, all of it.</summary>
    public static void Write(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", error.Message);
        json.WriteString("type", error.Type);
        json.WriteString("param", error.Param);
        json.WriteString("code", error.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public override ApiError RateLimited() =>
        new(429, "Rate limit reached for requests. Please try again later.", "requests", Code: "rate_limit_exceeded");

    public override ApiError QuotaSpent() =>
        new(429, "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", Code: "insufficient_quota");

    public override Task<IReadOnlyList<BatchBill>> BillAllAsync(CancellationToken cancellationToken)
    {
        World.Responses.Settle();
        return World.Batches.BillAllAsync(cancellationToken);
    }

    public override void Clear()
    {
        World.Batches.Clear();
        World.Responses.Clear();
    }
}
