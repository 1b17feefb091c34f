using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Problems;

/// <summary>Writes a refusal in the dialect of the path it was met on.</summary>
internal static class ProblemWriter
{
    // Longer waits make official SDKs give up or ignore the header.
    private const int MaxRetryAfterSeconds = 60;

    public static bool IsOpenAIPath(PathString path) =>
        path.StartsWithSegments("/v1", StringComparison.Ordinal) || path.StartsWithSegments("/by", StringComparison.Ordinal);

    public static async Task WriteAsync(HttpContext context, Problem problem)
    {
        ProblemTable.Row row = ProblemTable.Of(problem.Code);
        HttpResponse response = context.Response;
        response.StatusCode = problem.Status ?? row.Status;
        if (row.MayRetry is { } may)
        {
            response.Headers["x-should-retry"] = may ? "true" : "false";
        }

        if (problem.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Clamp((int)Math.Ceiling(wait.TotalSeconds), 1, MaxRetryAfterSeconds).ToString(CultureInfo.InvariantCulture);
        }

        bool openAI = IsOpenAIPath(context.Request.Path);
        byte[] body = openAI ? OpenAIErrors.Write(problem) : WriteProblemJson(problem, response.StatusCode);
        response.ContentType = openAI ? "application/json" : "application/problem+json";
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
