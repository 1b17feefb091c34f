using Leeway.Files;
using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Batches;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Ingress.Files;

/// <summary><c>/v1/files</c>: upload, list, show, read, delete.</summary>
internal sealed class FileRoutes(IFileStore files, IFileContents contents, FileIntake intake, FileSweeper sweeper, LiveFiles live, TimeProvider clock)
{
    // OpenAI's figure, and its default.
    private const int MaxPage = 10_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/files", UploadAsync);
        routes.MapGet("/v1/files", ListAsync);
        routes.MapGet("/v1/files/{id}", (HttpContext context, string id) => WithFileAsync(
            context, id, file => context.Response.WriteJsonAsync(json => FileObject.Write(json, file)), LiveFiles.ShowAsync));
        routes.MapDelete("/v1/files/{id}", (HttpContext context, string id) => DeleteAsync(context, id));
        routes.MapMethods("/v1/files/{id}/content", [HttpMethods.Get, HttpMethods.Head], (HttpContext context, string id) => WithFileAsync(
            context, id, file => ReadAsync(context, file), live.ReadAsync));
    }

    private async Task UploadAsync(HttpContext context)
    {
        (StoredFile? file, Problem? problem) = await intake.TakeAsync(context);
        await (file is null
            ? ProblemWriter.WriteAsync(context, problem!)
            : context.Response.WriteJsonAsync(json => FileObject.Write(json, file)));
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = new Query(context.Request.Query, "after", "limit", "order", "purpose");
        int limit = query.Limit(fallback: MaxPage, max: MaxPage);
        bool ascending = query.OneOf("order", "desc", "asc") == "asc";
        var filter = new FileFilter(Principal.Of(context).Team, query.Text("purpose"), ascending, clock.GetUtcNow());
        IReadOnlyList<StoredFile> page = await files.ListAsync(
            filter, query.Id<FileId>("after", FileId.TryParse, "file-…"), limit + 1, context.RequestAborted);
        StoredFile[] shown = [.. page.Take(limit)];
        await context.Response.WriteListAsync(shown, page.Count > limit, FileObject.Write, json =>
        {
            json.WriteString("first_id", shown is [var first, ..] ? first.Id.ToString() : "");
            json.WriteString("last_id", shown is [.., var last] ? last.Id.ToString() : "");
        });
    }

    private async Task DeleteAsync(HttpContext context, string text)
    {
        if (!FileId.TryParse(text, out FileId id) || !await files.DeleteAsync(id, Principal.Of(context).Team, clock.GetUtcNow(), context.RequestAborted))
        {
            await ProblemWriter.WriteAsync(context, FileProblems.NoFile(text));
            return;
        }

        sweeper.Ask();
        await context.Response.WriteJsonAsync(json => FileObject.WriteDeleted(json, id));
    }

    private async Task ReadAsync(HttpContext context, StoredFile file)
    {
        // Between the row and the content the file may have gone.
        Stream? content = contents.Open(file.Id.Value);
        await (content is null
            ? ProblemWriter.WriteAsync(context, FileProblems.NoFile(file.Id.ToString()))
            : FileContentAnswer.WriteAsync(context, file, content));
    }

    private async Task WithFileAsync(HttpContext context, string text, Func<StoredFile, Task> use, Func<HttpContext, FileId, ClientBatch, Task> useLive)
    {
        if (!FileId.TryParse(text, out FileId id))
        {
            await ProblemWriter.WriteAsync(context, FileProblems.NoFile(text));
            return;
        }

        // A batch first: it may end between the two, and its file is there then.
        string team = Principal.Of(context).Team;
        ClientBatch? running = await live.FindAsync(id, team, context.RequestAborted);
        StoredFile? file = running is null ? await files.FindAsync(id, team, clock.GetUtcNow(), context.RequestAborted) : null;
        await (running is not null ? useLive(context, id, running)
            : file is null ? ProblemWriter.WriteAsync(context, FileProblems.NoFile(text))
            : use(file));
    }
}
