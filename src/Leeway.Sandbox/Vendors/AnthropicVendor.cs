using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Ledger;
using Leeway.Sandbox.MessageBatches;
using Leeway.Sandbox.Messages;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Vendors;

internal sealed class AnthropicVendor(SandboxWorld world) : Vendor(world)
{
    /// <summary>Code of a 429 that no wait will cure.</summary>
    public const string SpendLimit = "enforced_spend_limit_reached";

    // 32 MB.
    private const long MaxMessageBytes = 32 * 1024 * 1024;

    public override SandboxKind Kind => SandboxKind.Anthropic;

    public override void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRealTime(World, "/v1/messages", MaxMessageBytes);
        routes.MapTokenCount();
        routes.MapMessageBatches(World);
    }

    /// <summary>Messages; and <c>/v1/models</c>, which OpenAI has as well, when Anthropic's headers come along.</summary>
    public override bool Owns(HttpRequest request) =>
        request.Path.StartsWithSegments("/v1/messages")
        || (request.Path.StartsWithSegments("/v1/models") && (request.Headers.ContainsKey("anthropic-version") || request.Headers.ContainsKey("x-api-key")));

    public override bool IsRealTime(PathString path) => path == "/v1/messages";

    /// <summary>Resets are instants here, not durations.</summary>
    public override void AddHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers["request-id"] = World.Ids.Next("req_");
        headers["anthropic-organization-id"] = "sandbox";
        var reset = Instants.Rfc3339(World.Clock.Now.AddSeconds(1));
        foreach (var (kind, limit, remaining) in (ReadOnlySpan<(string, string, string)>)[
            ("requests", "4000", "3999"), ("tokens", "480000", "479000"), ("input-tokens", "400000", "399000"), ("output-tokens", "80000", "79000")])
        {
            headers[$"anthropic-ratelimit-{kind}-limit"] = limit;
            headers[$"anthropic-ratelimit-{kind}-remaining"] = remaining;
            headers[$"anthropic-ratelimit-{kind}-reset"] = reset;
        }
    }

    public override ApiError? Refusal(HttpRequest request) =>
        !HasBearer(request) && request.Headers["x-api-key"].ToString().Trim().Length == 0 ? new ApiError(401, "x-api-key header is required")
        : request.Headers["anthropic-version"].ToString() switch
        {
            var known when MessageVersions.All.Contains(known) => null,
            "" => ApiError.Bad("anthropic-version", "header is required"),
            var version => ApiError.Bad("anthropic-version", $"\"{version}\" is not a valid version"),
        };

    public override void WriteError(Utf8JsonWriter json, ApiError error, string? requestId) => Write(json, error, requestId);

    /// <summary>The error in Anthropic's shape; its type follows from the status.</summary>
    /// <param name="requestId">Null where the error stands inside a stream.</param>
    public static void Write(Utf8JsonWriter json, ApiError error, string? requestId)
    {
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteStartObject("error");
        json.WriteString("type", TypeOf(error.Status));
        json.WriteString("message", error.Message);
        if (error.Code == SpendLimit)
        {
            json.WriteString("error_code", error.Code);
        }

        json.WriteEndObject();
        if (requestId is not null)
        {
            json.WriteString("request_id", requestId);
        }

        json.WriteEndObject();
    }

    public override ApiError RateLimited() => new(429, "This request would exceed your organization's rate limit. Please try again later.");

    public override ApiError QuotaSpent() => new(429, "You have reached your specified API usage limits.", Code: SpendLimit);

    public override ApiError ServerError(int status) => status == 529 ? new ApiError(status, "Overloaded") : base.ServerError(status);

    public override Task<IReadOnlyList<BatchBill>> BillAllAsync(CancellationToken cancellationToken) => World.MessageBatches.BillAllAsync(cancellationToken);

    public override void Clear() => World.MessageBatches.Clear();

    protected override string? RequestIdOf(HttpContext context) => context.Response.Headers["request-id"].ToString();

    private static string TypeOf(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };
}
