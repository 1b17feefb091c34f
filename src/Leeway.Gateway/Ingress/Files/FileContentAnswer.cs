using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Leeway.Gateway.Ingress.Files;

/// <summary>A file's bytes, whole or a range of them. They are never shown by a browser: who uploaded them may have meant that.</summary>
internal static class FileContentAnswer
{
    public static async Task WriteAsync(HttpContext context, StoredFile file, Stream content)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.ContentDisposition = "attachment";
        FileStreamHttpResult answer = TypedResults.Stream(
            content,
            "application/octet-stream",
            lastModified: file.CreatedAt,
            entityTag: new EntityTagHeaderValue($"\"{file.Id}\""),
            enableRangeProcessing: CountsBytes(context.Request.Headers.Range.ToString()));
        await answer.ExecuteAsync(context);
        if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status416RangeNotSatisfiable })
        {
            await ProblemWriter.WriteAsync(context, new Problem
            {
                Code = "range_not_satisfiable",
                Message = $"The range '{Short.Of(context.Request.Headers.Range.ToString())}' begins behind the end of the file, which has {file.Bytes} bytes.",
                Field = "Range",
                Value = Short.Of(context.Request.Headers.Range.ToString()),
            });
        }
    }

    // The framework reads any unit as bytes; RFC 9110 §14.2 wants an unknown one passed over.
    private static bool CountsBytes(string range) => range.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase);
}
