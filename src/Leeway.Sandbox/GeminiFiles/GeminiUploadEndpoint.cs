using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.GeminiFiles;

/// <summary>The resumable protocol: <c>start</c> answers with an address; <c>upload</c>, <c>query</c>, <c>finalize</c> and <c>cancel</c> go there.</summary>
internal static class GeminiUploadEndpoint
{
    public const string Path = "/upload/v1beta/files";

    // 2 GB.
    private const long MaxBytes = 2L * 1024 * 1024 * 1024;

    public static void MapGeminiUpload(this IEndpointRouteBuilder routes, SandboxWorld world, GeminiFileStore files)
    {
        var receive = (RequestDelegate)(context =>
            context.Request.Query["upload_id"].ToString() is { Length: > 0 } id ? GoOnAsync(context, world, files, id) : StartAsync(context, files));
        routes.MapPost(Path, receive);
        routes.MapPut(Path, receive);
    }

    private static async Task StartAsync(HttpContext context, GeminiFileStore files)
    {
        var headers = context.Request.Headers;
        if (headers["X-Goog-Upload-Protocol"] != "resumable" || headers["X-Goog-Upload-Command"] != "start")
        {
            await context.WriteErrorAsync(ProtoJson.Invalid(
                "The sandbox takes files by the resumable protocol: X-Goog-Upload-Protocol: resumable, X-Goog-Upload-Command: start.", "X-Goog-Upload-Protocol"));
            return;
        }

        var (name, error) = await ReadNameAsync(context);
        if (error is not null)
        {
            await context.WriteErrorAsync(error);
            return;
        }

        if (long.TryParse(headers["X-Goog-Upload-Header-Content-Length"], NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length > MaxBytes)
        {
            await context.WriteErrorAsync(ProtoJson.Invalid($"The file is larger than {MaxBytes} bytes.", "X-Goog-Upload-Header-Content-Length"));
            return;
        }

        var type = headers["X-Goog-Upload-Header-Content-Type"].ToString();
        var upload = files.Begin(name, type.Length == 0 ? "application/octet-stream" : type);
        context.Response.Headers["x-goog-upload-status"] = "active";
        context.Response.Headers["x-goog-upload-url"] = $"{Root(context)}{Path}?upload_id={upload.Id}&upload_protocol=resumable";
    }

    private static async Task<(string? Name, ApiError? Error)> ReadNameAsync(HttpContext context)
    {
        if (context.Request.ContentLength is null or 0)
        {
            return (null, null);
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            return (body.RootElement.HasField("file", out var file) ? file.FieldText("displayName") : null, null);
        }
        catch (JsonException)
        {
            return (null, ApiError.UnparsableBody);
        }
    }

    private static async Task GoOnAsync(HttpContext context, SandboxWorld world, GeminiFileStore files, string id)
    {
        if (files.FindUpload(id) is not { } upload)
        {
            await context.WriteErrorAsync(new ApiError(404, "There is no upload of this id, or it has ended."));
            return;
        }

        var commands = context.Request.Headers["X-Goog-Upload-Command"].ToString().Split(',', StringSplitOptions.TrimEntries);
        if (commands.Contains("cancel"))
        {
            files.Drop(upload);
            context.Response.Headers["x-goog-upload-status"] = "cancelled";
            return;
        }

        if (commands.Contains("upload"))
        {
            if (context.Request.Headers["X-Goog-Upload-Offset"] != upload.Spool.Length.ToString(CultureInfo.InvariantCulture))
            {
                await context.WriteErrorAsync(ProtoJson.Invalid($"X-Goog-Upload-Offset must be {upload.Spool.Length}: so many bytes have arrived.", "X-Goog-Upload-Offset"));
                return;
            }

            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxBytes;
            var buffer = new byte[64 * 1024];
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
            {
                upload.Spool.Write(buffer.AsSpan(0, count));
            }
        }

        if (!commands.Contains("finalize"))
        {
            context.Response.Headers["x-goog-upload-status"] = "active";
            context.Response.Headers["x-goog-upload-size-received"] = upload.Spool.Length.ToString(CultureInfo.InvariantCulture);
            return;
        }

        var file = files.Finish(upload);
        if (world.Faults.Strikes(FaultKind.UploadLost))
        {
            context.Abort();
            return;
        }

        context.Response.Headers["x-goog-upload-status"] = "final";
        await context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("file");
            file.WriteTo(json, Root(context));
            json.WriteEndObject();
        });
    }

    public static string Root(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}";
}
