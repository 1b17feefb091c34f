using System.Globalization;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Leeway.Sandbox.CloudStorage;

/// <summary>Objects of the JSON API: metadata, content with ranges, lists, delete.</summary>
internal static class ObjectEndpoints
{
    public static void MapObjects(this IEndpointRouteBuilder routes, ObjectStore store)
    {
        routes.MapGet("/storage/v1/b/{bucket}/o", (RequestDelegate)(context => ListAsync(context, store)));
        routes.MapGet("/storage/v1/b/{bucket}/o/{**name}", (RequestDelegate)(context => WithObjectAsync(context, store, one => context.Request.Query["alt"] == "media"
            ? DownloadAsync(context, one)
            : context.WriteJsonAsync(json => one.WriteTo(json, Root(context))))));
        routes.MapGet("/download/storage/v1/b/{bucket}/o/{**name}", (RequestDelegate)(context => WithObjectAsync(context, store, one => DownloadAsync(context, one))));
        routes.MapDelete("/storage/v1/b/{bucket}/o/{**name}", (RequestDelegate)(context => WithObjectAsync(context, store, one =>
        {
            store.Delete(one.Bucket, one.Name);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        })));
    }

    public static string Root(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}";

    private static Task ListAsync(HttpContext context, ObjectStore store)
    {
        var bucket = (string)context.Request.RouteValues["bucket"]!;
        var prefix = context.Request.Query["prefix"].ToString();
        var delimiter = context.Request.Query["delimiter"].ToString();
        if (store.List(bucket, prefix) is not { } all)
        {
            return context.WriteErrorAsync(new ApiError(404, "The specified bucket does not exist."));
        }

        // What lies deeper than the delimiter shows as a prefix only.
        bool IsDeeper(StoredObject one) => delimiter.Length > 0 && one.Name.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal) >= 0;
        List<string> deeper = [.. all.Where(IsDeeper).Select(one => one.Name[..(one.Name.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal) + delimiter.Length)]).Distinct()];
        all.RemoveAll(IsDeeper);
        var (page, error) = GooglePage<StoredObject>.Cut(context.Request, all, one => one.Name, 1000, 1000, "maxResults");
        return page is null ? context.WriteErrorAsync(error!) : context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("kind", "storage#objects");
            if (page.NextToken is { } token)
            {
                json.WriteString("nextPageToken", token);
            }

            if (deeper.Count > 0)
            {
                json.WriteStartArray("prefixes");
                deeper.ForEach(json.WriteStringValue);
                json.WriteEndArray();
            }

            if (page.Objects.Count > 0)
            {
                json.WriteStartArray("items");
                foreach (var one in page.Objects)
                {
                    one.WriteTo(json, Root(context));
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }

    private static async Task DownloadAsync(HttpContext context, StoredObject one)
    {
        var length = one.Content.Length;
        var (from, to) = (0L, length - 1);
        if (context.Request.GetTypedHeaders().Range is { Unit.Value: "bytes", Ranges: { Count: 1 } ranges })
        {
            var range = ranges.First();
            from = range.From ?? Math.Max(0, length - range.To!.Value);
            to = range.From is null ? length - 1 : Math.Min(range.To ?? (length - 1), length - 1);
            if (from > to)
            {
                context.Response.Headers.ContentRange = $"bytes */{length}";
                await context.WriteErrorAsync(new ApiError(416, "Request range not satisfiable"));
                return;
            }

            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.GetTypedHeaders().ContentRange = new ContentRangeHeaderValue(from, to, length);
        }

        context.Response.ContentType = one.ContentType;
        context.Response.ContentLength = to - from + 1;
        context.Response.Headers["x-goog-generation"] = one.Generation.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["x-goog-hash"] = $"crc32c={one.Crc32c},md5={one.Md5}";
        var buffer = new byte[128 * 1024];
        for (var offset = from; offset <= to;)
        {
            var count = one.Content.Read(offset, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - offset + 1)));
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
            offset += count;
        }
    }

    private static Task WithObjectAsync(HttpContext context, ObjectStore store, Func<StoredObject, Task> use)
    {
        var bucket = (string)context.Request.RouteValues["bucket"]!;
        var name = NameOf(context);
        return store.Find(bucket, name) is { } one ? use(one) : context.WriteErrorAsync(StorageError.NoObject(bucket, name));
    }

    /// <summary>From the address as it was sent: only there an escaped slash can be told from an escaped percent sign.</summary>
    private static string NameOf(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?')[0];
        var start = path.IndexOf("/o/", path.IndexOf("/b/", StringComparison.Ordinal) + 1, StringComparison.Ordinal);
        return Uri.UnescapeDataString(path[(start + 3)..]);
    }
}
