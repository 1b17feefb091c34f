using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Wire;

/// <summary>The headers a vendor sends with every answer.</summary>
internal static class FrontHeaders
{
    public static void AddOpenAI(HttpContext context, SandboxWorld world)
    {
        var started = world.Clock.Timestamp();
        var headers = context.Response.Headers;
        headers["x-request-id"] = world.Ids.Next("req_");
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
            headers["openai-processing-ms"] = ((long)world.Clock.Since(started).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
    }

    /// <summary>Resets are instants here, not durations.</summary>
    public static void AddAnthropic(HttpContext context, SandboxWorld world)
    {
        var headers = context.Response.Headers;
        headers["request-id"] = world.Ids.Next("req_");
        headers["anthropic-organization-id"] = "sandbox";
        var reset = Rfc3339(world.Clock.Now.AddSeconds(1));
        foreach (var (kind, limit, remaining) in (ReadOnlySpan<(string, string, string)>)[
            ("requests", "4000", "3999"), ("tokens", "480000", "479000"), ("input-tokens", "400000", "399000"), ("output-tokens", "80000", "79000")])
        {
            headers[$"anthropic-ratelimit-{kind}-limit"] = limit;
            headers[$"anthropic-ratelimit-{kind}-remaining"] = remaining;
            headers[$"anthropic-ratelimit-{kind}-reset"] = reset;
        }
    }

    public static string Rfc3339(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
