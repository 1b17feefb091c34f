using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>Headers that only mean something on a request that waits.</summary>
internal static class WaitingHeaders
{
    private const int MaxIdempotencyKey = 255;

    /// <summary>Headers that make two calls with equal bodies different requests.</summary>
    public static readonly string[] Signals = ["Leeway-Deadline", "Leeway-Priority", "Offpeak-Deadline", "Leeway-Lane", "Leeway-Max-Cost", "Leeway-Webhook", NamedMail.Header];

    /// <summary>Why an immediate call cannot have them. An <c>Idempotency-Key</c> is harmless there: some SDKs send one with every call.</summary>
    public static Problem? CheckImmediate(IHeaderDictionary headers)
    {
        if (Preference.TryRead(headers, out Preference preference) is { } unreadable)
        {
            return unreadable;
        }

        return preference.Async ? Preference.NothingToWaitFor() : headers.TryGetValue("Leeway-Webhook", out StringValues webhook) ? NothingToDeliver("Leeway-Webhook", webhook.ToString())
            : headers.TryGetValue(NamedMail.Header, out StringValues mail) && mail != NamedMail.Nobody ? NothingToDeliver(NamedMail.Header, mail.ToString())
            : null;
    }

    /// <summary>The key, without the quotes that the draft puts around it; null when there is none.</summary>
    /// <returns>Null, or why it cannot be used.</returns>
    public static Problem? TryReadIdempotencyKey(IHeaderDictionary headers, out string? key)
    {
        key = null;
        if (!headers.TryGetValue("Idempotency-Key", out StringValues values))
        {
            return null;
        }

        key = values.ToString().Trim('"');
        return values.Count == 1 && key.Length is > 0 and <= MaxIdempotencyKey
            ? null
            : new Problem
            {
                Code = "invalid_idempotency_key",
                Message = $"Idempotency-Key is '{Short.Of(key)}' ({values.Count} values, {key.Length} characters); it must be one value of 1 to {MaxIdempotencyKey} characters.",
                Field = "Idempotency-Key",
                Value = Short.Of(key),
                Remedy = "A UUID will do. Nothing was queued.",
            };
    }

    /// <summary>The endpoint of <paramref name="team"/> that <c>Leeway-Webhook</c> names; null when the header is absent.</summary>
    public static async Task<(WebhookId? Webhook, Problem? Problem)> FindWebhookAsync(IHeaderDictionary headers, string team, IDeliveryStore deliveries, CancellationToken cancellationToken)
    {
        if (!headers.TryGetValue("Leeway-Webhook", out StringValues values))
        {
            return (null, null);
        }

        string text = values.ToString();
        return WebhookId.TryParse(text, out WebhookId id) && await deliveries.FindEndpointAsync(id, cancellationToken) is { } endpoint && endpoint.Team == team
            ? (id, null)
            : (null, new Problem
            {
                Code = "webhook_not_found",
                Message = $"Leeway-Webhook names no registered endpoint of this team: '{Short.Of(text)}'.",
                Field = "Leeway-Webhook",
                Value = Short.Of(text),
                Remedy = "Register one with `leeway webhook add URL` and send its id (whk_…), not a URL. Nothing was queued.",
            });
    }

    private static Problem NothingToDeliver(string header, string value) => new()
    {
        Code = "conflicting_signals",
        Message = $"{header}: {Short.Of(value)} asks for a delivery later, but nothing says that the request may wait.",
        Field = header,
        Value = Short.Of(value),
        Remedy = $"Add Leeway-Deadline, e.g. 6h, or leave {header} out. Nothing was sent.",
    };
}
