using System.Xml;
using System.Xml.Linq;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Leeway.Sandbox.S3;

/// <summary>A call of S3 in path style, <c>/bucket/key</c>.</summary>
internal sealed record S3Call(HttpContext Context, string Bucket, string Key, Signature Signature, AwsOptions Options, S3Store Store)
{
    private const int MaxXmlBytes = 2 * 1024 * 1024;

    public HttpRequest Request => Context.Request;

    public HttpResponse Response => Context.Response;

    /// <summary>Headers that a writer sends and a reader gets back.</summary>
    public Dictionary<string, string> ObjectHeaders => Request.Headers
        .Where(header => header.Key.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase) || header.Key is "Content-Type" or "Cache-Control" or "Content-Disposition" or "Content-Language" or "Expires")
        .Concat(Request.Headers.ContentEncoding.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(one => one != "aws-chunked").Take(1).Select(one => KeyValuePair.Create("Content-Encoding", new Microsoft.Extensions.Primitives.StringValues(one))))
        .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    public static S3Call Of(HttpContext context, Signature signature, AwsOptions options, S3Store store)
    {
        // The path as sent: a server's view of it has lost dots, double slashes and what was encoded.
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0].TrimStart('/');
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var (bucket, key) = slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..]);
        return new S3Call(context, Uri.UnescapeDataString(bucket), Uri.UnescapeDataString(key), signature, options, store);
    }

    public bool Asks(string subresource) => Request.Query.ContainsKey(subresource);

    public Task<(S3Body? Body, ApiError? Error)> ReadBodyAsync() => S3Body.ReadAsync(Request, Signature, Options, Store);

    /// <summary>The body's XML; null when it is none.</summary>
    public async Task<(XElement? Xml, ApiError? Error)> ReadXmlAsync()
    {
        var (body, error) = await ReadBodyAsync();
        if (body is null)
        {
            return (null, error);
        }

        if (body.Content.Length > MaxXmlBytes)
        {
            return (null, S3Errors.MalformedXml);
        }

        var bytes = new byte[body.Content.Length];
        body.Content.ReadExactly(0, bytes);
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(bytes), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            return (XElement.Load(reader), null);
        }
        catch (XmlException)
        {
            return (null, S3Errors.MalformedXml);
        }
    }

    public Task NoContentAsync()
    {
        Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public Task FailAsync(ApiError error) => Context.WriteS3ErrorAsync(error);
}
