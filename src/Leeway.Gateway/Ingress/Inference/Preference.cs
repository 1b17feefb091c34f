using System.Globalization;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>The <c>Prefer</c> header (RFC 7240): <c>respond-async</c> and <c>wait=seconds</c>.</summary>
internal readonly record struct Preference(bool Async, TimeSpan? Wait)
{
    // A day; nobody holds a connection for longer, and timers end at seven weeks.
    private const int MaxWaitSeconds = 86_400;

    /// <summary>Reads every <c>Prefer</c> header. Unknown preferences are ignored, as the RFC says; a known one with a value that makes no sense is not.</summary>
    /// <returns>Null, or why a preference cannot be read.</returns>
    public static Problem? TryRead(IHeaderDictionary headers, out Preference preference)
    {
        preference = default;
        if (!headers.TryGetValue("Prefer", out StringValues values))
        {
            return null;
        }

        foreach (string? value in values)
        {
            foreach (string part in (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                string one = part.Split(';')[0].Trim();
                if (one.Equals("respond-async", StringComparison.OrdinalIgnoreCase))
                {
                    preference = preference with { Async = true };
                }
                else if (one.StartsWith("wait", StringComparison.OrdinalIgnoreCase) && one.AsSpan(4).TrimStart() is ['=', .. var text])
                {
                    if (!int.TryParse(text.Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) || seconds > MaxWaitSeconds)
                    {
                        return Unreadable(one);
                    }

                    preference = preference with { Wait = TimeSpan.FromSeconds(seconds) };
                }
            }
        }

        return null;
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

    private static Problem Unreadable(string preference) => new()
    {
        Code = "invalid_prefer",
        Message = $"Prefer holds '{Short.Of(preference)}', which is no number of seconds from 0 to {MaxWaitSeconds}.",
        Field = "Prefer",
        Value = Short.Of(preference),
        Remedy = "Write Prefer: respond-async, wait=10, or leave the wait out. Nothing was sent or queued.",
    };
}
