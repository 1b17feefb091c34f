using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>The <c>Leeway-</c> headers of an answer.</summary>
internal static class AnswerHeaders
{
    /// <summary><c>Leeway-Cost</c> and <c>Leeway-Saved</c> in USD; absent when unknown.</summary>
    public static void Money(IHeaderDictionary headers, LedgerEntry? entry)
    {
        if (entry?.Cost is { } cost)
        {
            headers["Leeway-Cost"] = Json.Money(cost);
            if (entry.ListCost is { } list)
            {
                headers["Leeway-Saved"] = Json.Money(list - cost);
            }
        }
    }

    /// <summary>What is known of a deferred request before its end.</summary>
    public static void Deferred(IHeaderDictionary headers, string endpoint, RequestId id, DateTimeOffset deadline)
    {
        if (Endpoints.DialectOf(endpoint) == Dialect.Anthropic)
        {
            headers[RequestIdHeader.Name] = id.ToString();
        }

        headers["Leeway-Request-Id"] = id.ToString();
        headers["Leeway-Deadline"] = Json.Instant(deadline);
    }

    /// <summary>What is known after it.</summary>
    public static void Ended(IHeaderDictionary headers, FinishedRequest end)
    {
        headers["Leeway-Lane"] = Json.Name(end.Lane);
        Money(headers, end.Entry);
    }
}
