using System.Globalization;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>The <c>Prefer</c> header (RFC 7240): <c>respond-async</c> and <c>wait=seconds</c>.</summary>
internal readonly record struct Preference(bool Async, TimeSpan? Wait)
{
    public static bool AsksForAsync(IHeaderDictionary headers) => headers.ContainsKey("Prefer") && Read(headers).Async;

    /// <summary>Reads every <c>Prefer</c> header; unknown preferences are ignored, as the RFC says.</summary>
    public static Preference Read(IHeaderDictionary headers)
    {
        bool isAsync = false;
        TimeSpan? wait = null;
        foreach (string? value in headers.TryGetValue("Prefer", out StringValues values) ? values : StringValues.Empty)
        {
            foreach (string part in (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                string preference = part.Split(';')[0].Trim();
                if (preference.Equals("respond-async", StringComparison.OrdinalIgnoreCase))
                {
                    isAsync = true;
                }
                else if (preference.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)
                    && int.TryParse(preference.AsSpan(5).Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
                {
                    wait = TimeSpan.FromSeconds(seconds);
                }
            }
        }

        return new Preference(isAsync, wait);
    }

    /// <summary>The refusal of <c>respond-async</c> on a request that does not wait.</summary>
    public static Problem NothingToWaitFor() => new()
    {
        Code = "conflicting_signals",
        Message = "Prefer: respond-async asks for 202, but nothing says that the request may wait.",
        Field = "Prefer",
        Value = "respond-async",
        Remedy = "Add Leeway-Deadline, e.g. 6h, or leave Prefer out.",
    };

    /// <summary>The refusal of <c>respond-async</c> together with <c>stream</c>.</summary>
    public static Problem StreamCannotBeAsync() => new()
    {
        Code = "stream_with_respond_async",
        Message = "stream: true and Prefer: respond-async exclude each other: a 202 has no stream.",
        Field = "stream",
        Value = "true",
        Remedy = "Leave one of them out. Nothing was queued.",
    };
}
