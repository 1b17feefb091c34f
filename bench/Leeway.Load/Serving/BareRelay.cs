using System.IO.Pipelines;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Leeway.Load.Serving;

/// <summary>The least that Kestrel and SocketsHttpHandler can do between two connections: bytes through, nothing read, nothing kept.</summary>
internal static class BareRelay
{
    public static Task<int> RunAsync(Uri upstream)
    {
        var invoker = new HttpMessageInvoker(Handler());
        var target = new Uri(upstream, Wire.Path);
        return Served.RunAsync(static _ => { }, app => app.Run(context => RelayAsync(context, invoker, target)));
    }

    /// <summary>The client side that every .NET variant uses.</summary>
    public static SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        ActivityHeadersPropagator = null,
    };

    private static async Task RelayAsync(HttpContext context, HttpMessageInvoker invoker, Uri target)
    {
        ReadResult body = await Served.ReadBodyAsync(context.Request);
        using var request = new HttpRequestMessage(HttpMethod.Post, target)
        {
            Content = new ReadOnlyMemoryContent(body.Buffer.IsSingleSegment ? body.Buffer.First : System.Buffers.BuffersExtensions.ToArray(body.Buffer)),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using HttpResponseMessage response = await invoker.SendAsync(request, context.RequestAborted);
        context.Request.BodyReader.AdvanceTo(body.Buffer.End);
        HttpContentHeaders headers = response.Content.Headers;
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = headers.NonValidated.TryGetValues("Content-Type", out HeaderStringValues type) ? type.ToString() : null;
        context.Response.ContentLength = headers.ContentLength;
        PipeWriter output = context.Response.BodyWriter;
        using Stream stream = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        while (await stream.ReadAsync(output.GetMemory(4096), context.RequestAborted) is > 0 and var read)
        {
            output.Advance(read);
            await output.FlushAsync(context.RequestAborted);
        }
    }
}
