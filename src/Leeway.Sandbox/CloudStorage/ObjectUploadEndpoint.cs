using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Leeway.Sandbox.CloudStorage;

/// <summary>The three ways of an upload: <c>media</c>, <c>multipart</c> (metadata and content) and <c>resumable</c> (content in ranges).</summary>
internal static class ObjectUploadEndpoint
{
    private const string Path = "/upload/storage/v1/b/{bucket}/o";
    private const int ResumeIncomplete = 308;

    public static void MapObjectUpload(this IEndpointRouteBuilder routes, SandboxWorld world, ObjectStore store)
    {
        routes.MapPost(Path, (RequestDelegate)(context => context.Request.Query["uploadType"].ToString() switch
        {
            "media" => MediaAsync(context, world, store),
            "multipart" => MultipartAsync(context, world, store),
            "resumable" => StartAsync(context, store),
            var other => context.WriteErrorAsync(new ApiError(400, $"uploadType '{other}' is none of media, multipart, resumable.")),
        }));
        routes.MapPut(Path, (RequestDelegate)(context => GoOnAsync(context, world, store)));
    }

    private static async Task MediaAsync(HttpContext context, SandboxWorld world, ObjectStore store)
    {
        if (context.Request.Query["name"].ToString() is not { Length: > 0 } name)
        {
            await context.WriteErrorAsync(new ApiError(400, "Required parameter: name"));
            return;
        }

        using var spool = store.NewSpool();
        await SpoolAsync(context.Request.Body, spool, context.RequestAborted);
        await AnswerAsync(context, world, store.Put(BucketOf(context), name, TypeOf(context.Request.ContentType), spool.ToContent()));
    }

    private static async Task MultipartAsync(HttpContext context, SandboxWorld world, ObjectStore store)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            await context.WriteErrorAsync(new ApiError(400, "A multipart upload needs Content-Type: multipart/related with a boundary."));
            return;
        }

        var reader = new MultipartReader(boundary, context.Request.Body);
        var first = await reader.ReadNextSectionAsync(context.RequestAborted);
        var (name, contentType, error) = await ReadMetadataAsync(first?.Body, context);
        var second = first is null ? null : await reader.ReadNextSectionAsync(context.RequestAborted);
        if (error is not null || second is null)
        {
            await context.WriteErrorAsync(error ?? new ApiError(400, "A multipart upload has two parts: metadata and content."));
            return;
        }

        using var spool = store.NewSpool();
        await SpoolAsync(second.Body, spool, context.RequestAborted);
        await AnswerAsync(context, world, store.Put(BucketOf(context), name!, TypeOf(contentType ?? second.ContentType), spool.ToContent()));
    }

    private static async Task StartAsync(HttpContext context, ObjectStore store)
    {
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;
        var (name, contentType, error) = await ReadMetadataAsync(hasBody ? context.Vendor()!.OpenBody(context.Request) : null, context);
        if (error is not null)
        {
            await context.WriteErrorAsync(error);
            return;
        }

        var declared = context.Request.Headers["X-Upload-Content-Type"].ToString();
        var upload = store.Begin(BucketOf(context), name!, TypeOf(declared.Length > 0 ? declared : contentType));
        context.Response.Headers.Location = $"{ObjectEndpoints.Root(context)}{context.Request.Path}?uploadType=resumable&upload_id={upload.Id}";
    }

    /// <summary>Takes a range, the whole, or the question how much has arrived (<c>bytes */n</c>).</summary>
    private static async Task GoOnAsync(HttpContext context, SandboxWorld world, ObjectStore store)
    {
        if (store.FindUpload(context.Request.Query["upload_id"].ToString()) is not { } upload)
        {
            await context.WriteErrorAsync(new ApiError(404, "There is no upload of this id, or it has ended."));
            return;
        }

        ContentRangeHeaderValue? range = null;
        if (context.Request.Headers.ContentRange.ToString() is { Length: > 0 } text && !ContentRangeHeaderValue.TryParse(text, out range))
        {
            await context.WriteErrorAsync(new ApiError(400, $"Content-Range '{text}' is no range."));
            return;
        }

        // A range that does not follow what has arrived is answered with what has.
        if (range is null || (range.HasRange && range.From == upload.Spool.Length))
        {
            await SpoolAsync(context.Request.Body, upload.Spool, context.RequestAborted);
        }

        if (range is not null && (range.Length is not { } total || upload.Spool.Length < total))
        {
            context.Response.StatusCode = ResumeIncomplete;
            if (upload.Spool.Length > 0)
            {
                context.Response.Headers.Range = string.Create(CultureInfo.InvariantCulture, $"bytes=0-{upload.Spool.Length - 1}");
            }

            return;
        }

        await AnswerAsync(context, world, store.Finish(upload));
    }

    /// <summary>The name, from the address or the metadata, and the type, from the metadata.</summary>
    private static async Task<(string? Name, string? ContentType, ApiError? Error)> ReadMetadataAsync(Stream? body, HttpContext context)
    {
        var name = context.Request.Query["name"].ToString();
        string? type = null;
        if (body is not null)
        {
            try
            {
                using var metadata = await JsonDocument.ParseAsync(body, default, context.RequestAborted);
                name = name.Length > 0 ? name : metadata.RootElement.FieldText("name") ?? "";
                type = metadata.RootElement.FieldText("contentType");
            }
            catch (Exception exception) when (exception is JsonException or InvalidDataException)
            {
                return (null, null, new ApiError(400, "Parse Error"));
            }
        }

        return name.Length > 0 ? (name, type, null) : (null, null, new ApiError(400, "Required parameter: name"));
    }

    private static async Task SpoolAsync(Stream source, Spool spool, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            spool.Write(buffer.AsSpan(0, count));
        }
    }

    private static Task AnswerAsync(HttpContext context, SandboxWorld world, StoredObject stored)
    {
        if (world.Faults.Strikes(FaultKind.UploadLost))
        {
            context.Abort();
            return Task.CompletedTask;
        }

        return context.WriteJsonAsync(json => stored.WriteTo(json, ObjectEndpoints.Root(context)));
    }

    private static string BucketOf(HttpContext context) => (string)context.Request.RouteValues["bucket"]!;

    private static string TypeOf(string? given) => string.IsNullOrEmpty(given) ? "application/octet-stream" : given;
}
