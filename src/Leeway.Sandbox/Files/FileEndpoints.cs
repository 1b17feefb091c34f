using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Files;

internal static class FileEndpoints
{
    private const int MaxPage = 10_000;

    public static void MapFiles(this IEndpointRouteBuilder routes, SandboxWorld world) => routes.MapFiles(world, "/v1/files", new FileRules(world.Files));

    /// <param name="path">Where they are served.</param>
    public static void MapFiles(this IEndpointRouteBuilder routes, SandboxWorld world, string path, FileRules rules)
    {
        routes.MapPost(path, (RequestDelegate)(context => UploadAsync(context, world, rules)));
        routes.MapGet(path, (RequestDelegate)(context => ListAsync(context, world, rules)));
        routes.MapGet(path + "/{id}", (RequestDelegate)(context => WithFileAsync(context, rules, file =>
            context.WriteJsonAsync(json => file.WriteTo(json, rules.StatusOf(file, world.Clock.Now))))));
        routes.MapGet(path + "/{id}/content", (RequestDelegate)(context => WithFileAsync(context, rules, file =>
        {
            context.Response.ContentType = "application/octet-stream";
            return file.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        })));
        routes.MapDelete(path + "/{id}", (RequestDelegate)(context => WithFileAsync(context, rules, file =>
        {
            rules.Store.Delete(file.Id);
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

    private static async Task UploadAsync(HttpContext context, SandboxWorld world, FileRules rules)
    {
        var (file, error) = await FileUpload.ReceiveAsync(context.Request, rules, world.Clock.Now, context.RequestAborted);
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
            await context.WriteJsonAsync(json => file.WriteTo(json, rules.StatusOf(file, world.Clock.Now)), rules.UploadedCode);
        }
    }

    private static Task ListAsync(HttpContext context, SandboxWorld world, FileRules rules)
    {
        var files = rules.Store.All();
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
            : context.WriteJsonAsync(json => page.WriteTo(json, file => file.Id, (writer, file) => file.WriteTo(writer, rules.StatusOf(file, world.Clock.Now))));
    }

    private static Task WithFileAsync(HttpContext context, FileRules rules, Func<StoredFile, Task> use)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return rules.Store.Find(id) is { } file ? use(file) : context.WriteErrorAsync(new ApiError(404, $"No such File object: {id}", Param: "id"));
    }
}
