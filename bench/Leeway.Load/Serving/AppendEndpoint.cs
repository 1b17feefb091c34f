using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Leeway.Load.Serving;

/// <summary>The least that an endpoint can do that answers 202 once the body is durable.</summary>
internal static class AppendEndpoint
{
    public static async Task<int> RunAsync(string folder)
    {
        await using var log = new AppendLog(folder);
        return await Served.RunAsync(static _ => { }, app => app.Run(context => TakeAsync(context, log)));
    }

    private static async Task TakeAsync(HttpContext context, AppendLog log)
    {
        ReadResult body = await Served.ReadBodyAsync(context.Request);
        await log.AppendAsync(body.Buffer.IsSingleSegment ? body.Buffer.First : body.Buffer.ToArray());
        context.Request.BodyReader.AdvanceTo(body.Buffer.End);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.ContentLength = 0;
    }
}
