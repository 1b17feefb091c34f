using Leeway.Gateway.Ingress.Inference;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Hosting;

/// <summary>
/// Lets a client whose base URL is <c>/by/{value}/v1</c> reach every resource there, since it can set no other base for some of its calls:
/// the value is taken off before routing and kept for the routes that mean something by it.
/// </summary>
internal static class BasePath
{
    private static readonly object s_key = new();

    public static Task StripAsync(HttpContext context, RequestDelegate next)
    {
        // The list of models shows what the value means, so its route reads it itself.
        if (InferencePath.TrySplit(context.Request.Path.Value ?? "", out string path, out string? by) && by is not null && !path.StartsWith("/v1/models", StringComparison.Ordinal))
        {
            context.Request.Path = path;
            context.Items[s_key] = Uri.UnescapeDataString(by);
        }

        return next(context);
    }

    /// <summary>The value of a call's base path, as a deadline or priority; null when it had none.</summary>
    public static string? Of(HttpContext context) => context.Items.TryGetValue(s_key, out object? by) ? (string?)by : null;
}
