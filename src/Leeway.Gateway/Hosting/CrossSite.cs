using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Hosting;

/// <summary>
/// Keeps web pages of other sites from pressing the buttons of a gateway on loopback: browsers send a POST without a body across sites without
/// asking, and say so in <c>Sec-Fetch-Site</c>. Clients that are no browsers do not send the header. (Inference needs a JSON content type,
/// which a page cannot send across sites unasked.)
/// </summary>
internal static class CrossSite
{
    public static Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        bool reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        string site = context.Request.Headers["Sec-Fetch-Site"].ToString();
        return reads || site is "" or "same-origin" or "none"
            ? next(context)
            : ProblemWriter.WriteAsync(context, new Problem
            {
                Code = "cross_site_refused",
                Message = $"A page of another site sent this (Sec-Fetch-Site: {Short.Of(site)}); nothing was changed.",
                Field = "Sec-Fetch-Site",
                Value = Short.Of(site),
                Remedy = "Call the gateway from a program, or from a page that it serves.",
            });
    }
}
