using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Leeway.Gateway.Problems;

/// <summary>The header <c>request-id</c>, which Anthropic's clients show in their errors.</summary>
internal static class RequestIdHeader
{
    public const string Name = "request-id";

    /// <summary>Sets it to the id the answer already carries, else to a new one that only stands for this call.</summary>
    public static string Set(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        string id = headers.TryGetValue("Leeway-Request-Id", out var known)
            ? known.ToString()
            : new RequestId(context.RequestServices.GetRequiredService<IdSource>().Next()).ToString();
        headers[Name] = id;
        return id;
    }
}
