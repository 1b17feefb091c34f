using System.Globalization;
using System.Text.Json;
using Leeway.Gateway.Ingress.Inference;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Problems;

/// <summary>Writes a refusal in the dialect of the path it was met on.</summary>
internal static class ProblemWriter
{
    // Longer waits make official SDKs give up or ignore the header.
    private const int MaxRetryAfterSeconds = 60;

    /// <summary>The dialect of a path, with or without a <c>/by/{value}</c> base; null for our own routes.</summary>
    public static Dialect? DialectOf(PathString path) =>
        !InferencePath.TrySplit(path.Value ?? "", out string endpoint, out _)
            ? path.StartsWithSegments("/v1", StringComparison.Ordinal) || path.StartsWithSegments("/by", StringComparison.Ordinal) ? Dialect.OpenAI : null
            : Endpoints.DialectOf(endpoint);

    public static async Task WriteAsync(HttpContext context, Problem problem)
    {
        ProblemTable.Row row = ProblemTable.Of(problem.Code);
        HttpResponse response = context.Response;
        Dialect? dialect = DialectOf(context.Request.Path);
        response.StatusCode = problem.Status ?? row.StatusIn(dialect);
        if (row.MayRetry is { } may)
        {
            response.Headers["x-should-retry"] = may ? "true" : "false";
        }

        if (problem.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Clamp((int)Math.Ceiling(wait.TotalSeconds), 1, MaxRetryAfterSeconds).ToString(CultureInfo.InvariantCulture);
        }

        byte[] body = dialect switch
        {
            Dialect.Anthropic => AnthropicErrors.Write(problem, RequestIdHeader.Set(context)),
            Dialect.OpenAI => OpenAIErrors.Write(problem),
            _ => WriteProblemJson(problem, response.StatusCode),
        };
        response.ContentType = dialect is null ? "application/problem+json" : "application/json";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static byte[] WriteProblemJson(Problem problem, int status) => Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("type", $"urn:leeway:error:{problem.Code}");
        json.WriteString("title", problem.Code.Replace('_', ' '));
        json.WriteNumber("status", status);
        json.WriteString("detail", problem.FullMessage);
        json.WriteString("code", problem.Code);
        json.WriteString("field", problem.Field);
        json.WriteString("value", problem.Value);
        json.WriteString("remedy", problem.Remedy);
        json.WriteEndObject();
    });
}
