using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Files;

internal static class FileEndpoints
{
    private const int MaxPage = 10_000;

    public static void MapFiles(this IEndpointRouteBuilder routes, SandboxWorld world)
    {
        routes.MapPost("/v1/files", (RequestDelegate)(context => UploadAsync(context, world)));
        routes.MapGet("/v1/files", (RequestDelegate)(context => ListAsync(context, world)));
        routes.MapGet("/v1/files/{id}", (RequestDelegate)(context => WithFileAsync(context, world, file => context.WriteJsonAsync(file.WriteTo))));
        routes.MapGet("/v1/files/{id}/content", (RequestDelegate)(context => WithFileAsync(context, world, file =>
        {
            context.Response.ContentType = "application/octet-stream";
            return file.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        })));
        routes.MapDelete("/v1/files/{id}", (RequestDelegate)(context => WithFileAsync(context, world, file =>
        {
            world.Files.Delete(file.Id);
            return context.WriteJsonAsync(json =>
            {
                json.WriteStartObject();
                json.WriteString("id", file.Id);
                json.WriteString("object", "file");
                json.WriteBoolean("deleted", true);
                json.WriteEndObject();
            });
        })));
    }

    private static async Task UploadAsync(HttpContext context, SandboxWorld world)
    {
        var (file, error) = await FileUpload.ReceiveAsync(context.Request, world, context.RequestAborted);
        if (file is null)
        {
            await context.WriteErrorAsync(error!);
        }
        else if (world.Faults.Strikes(FaultKind.UploadLost))
        {
            context.Abort();
        }
        else
        {
            await context.WriteJsonAsync(file.WriteTo);
        }
    }

    private static Task ListAsync(HttpContext context, SandboxWorld world)
    {
        var files = world.Files.All();
        if (context.Request.Query["order"] != "asc")
        {
            files.Reverse();
        }

        if (context.Request.Query["purpose"].ToString() is { Length: > 0 } purpose)
        {
            files.RemoveAll(file => file.Purpose != purpose);
        }

        var (page, error) = Page<StoredFile>.Cut(context.Request, files, file => file.Id, MaxPage, MaxPage);
        return page is null
            ? context.WriteErrorAsync(error!)
            : context.WriteJsonAsync(json => page.WriteTo(json, file => file.Id, (writer, file) => file.WriteTo(writer)));
    }

    private static Task WithFileAsync(HttpContext context, SandboxWorld world, Func<StoredFile, Task> use)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return world.Files.Find(id) is { } file ? use(file) : context.WriteErrorAsync(new ApiError(404, $"No such File object: {id}", Param: "id"));
    }
}
