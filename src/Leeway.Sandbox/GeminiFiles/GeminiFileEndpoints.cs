using Leeway.Sandbox.Google;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.GeminiFiles;

internal static class GeminiFileEndpoints
{
    public static void MapGeminiFiles(this IEndpointRouteBuilder routes, GeminiFileStore files)
    {
        routes.MapGet("/v1beta/files", (RequestDelegate)(context => ListAsync(context, files)));
        routes.MapGet("/v1beta/files/{id}", (RequestDelegate)(context =>
            WithFileAsync(context, files, file => context.WriteJsonAsync(json => file.WriteTo(json, GeminiUploadEndpoint.Root(context))))));
        routes.MapDelete("/v1beta/files/{id}", (RequestDelegate)(context => WithFileAsync(context, files, file => DeleteAsync(context, files, file))));
        foreach (var prefix in (ReadOnlySpan<string>)["/download/v1beta", "/v1beta"])
        {
            routes.MapGet(prefix + "/files/{id}:download", (RequestDelegate)(context => WithFileAsync(context, files, file => DownloadAsync(context, file))));
        }
    }

    private static Task ListAsync(HttpContext context, GeminiFileStore files)
    {
        var (page, error) = GooglePage<GeminiFile>.Cut(context.Request, files.All(), file => file.Id, 10, 100);
        return page is null ? context.WriteErrorAsync(error!) : context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("files");
            foreach (var file in page.Objects)
            {
                file.WriteTo(json, GeminiUploadEndpoint.Root(context));
            }

            json.WriteEndArray();
            if (page.NextToken is { } token)
            {
                json.WriteString("nextPageToken", token);
            }

            json.WriteEndObject();
        });
    }

    /// <summary>The output of a batch goes with its batch only.</summary>
    private static Task DeleteAsync(HttpContext context, GeminiFileStore files, GeminiFile file)
    {
        if (file.IsGenerated)
        {
            return context.WriteErrorAsync(new ApiError(400, $"{file.Name} is the output of a batch and cannot be deleted by itself; delete the batch.", Code: GoogleError.FailedPrecondition));
        }

        files.Delete(file.Id);
        return context.WriteEmptyObjectAsync();
    }

    private static Task DownloadAsync(HttpContext context, GeminiFile file)
    {
        if (context.Request.Query["alt"] != "media")
        {
            return context.WriteErrorAsync(ProtoJson.Invalid("A download needs alt=media.", "alt"));
        }

        context.Response.ContentType = file.MimeType;
        context.Response.ContentLength = file.Content.Length;
        return file.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static Task WithFileAsync(HttpContext context, GeminiFileStore files, Func<GeminiFile, Task> use)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return files.Find(id) is { } file
            ? use(file)
            : context.WriteErrorAsync(new ApiError(403, $"You do not have permission to access the File {id} or it may not exist."));
    }
}
