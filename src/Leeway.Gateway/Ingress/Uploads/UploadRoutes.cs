using Leeway.Files;
using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Files;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Ingress.Uploads;

/// <summary><c>/v1/uploads</c>: a file in parts, which may come in any order and side by side.</summary>
internal sealed class UploadRoutes(IUploadStore uploads, IFileStore files, IFileContents contents, UploadCompletion completion, FileSweeper sweeper, IdSource ids, IConfigSource config, TimeProvider clock)
{
    // The bytes of a part and the lifetime are OpenAI's.
    private const long MaxPartBytes = 64 << 20;
    private const int MaxParts = 10_000;
    private static readonly TimeSpan s_lifetime = TimeSpan.FromHours(1);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/uploads", CreateAsync);
        routes.MapPost("/v1/uploads/{id}/parts", (HttpContext context, string id) => WithUploadAsync(context, id, upload => AddPartAsync(context, upload)));
        routes.MapPost("/v1/uploads/{id}/complete", (HttpContext context, string id) => WithUploadAsync(context, id, upload => CompleteAsync(context, upload)));
        routes.MapPost("/v1/uploads/{id}/cancel", (HttpContext context, string id) => WithUploadAsync(context, id, upload => CancelAsync(context, upload)));
    }

    private async Task CreateAsync(HttpContext context)
    {
        (UploadBodies.Begun? body, Problem? problem) = await UploadBodies.ReadCreateAsync(context, config.Current.Server.Limits);
        if (body is null)
        {
            await ProblemWriter.WriteAsync(context, problem!);
            return;
        }

        DateTimeOffset now = clock.GetUtcNow();
        var upload = new Upload
        {
            Id = new UploadId(ids.Next()),
            Team = Principal.Of(context).Team,
            Name = body.Name,
            Purpose = body.Purpose,
            Bytes = body.Bytes,
            MimeType = body.MimeType,
            FileLifetime = body.Lifetime,
            CreatedAt = now,
            ExpiresAt = now + s_lifetime,
            State = UploadState.Pending,
        };
        await uploads.AddAsync(upload, context.RequestAborted);
        await context.Response.WriteJsonAsync(json => UploadObject.Write(json, upload, null));
    }

    private async Task AddPartAsync(HttpContext context, Upload upload)
    {
        if (upload.State != UploadState.Pending)
        {
            await ProblemWriter.WriteAsync(context, UploadProblems.Ended(upload));
            return;
        }

        await using IFileDraft draft = contents.Begin();
        Problem? problem = await MultipartForm.ReadAsync(
            context.Request,
            "data",
            static (_, _) => { },
            async (_, source) => await new ContentIntake(draft, null, null).TakeAsync(source, MaxPartBytes, context.RequestAborted) ? null : FileProblems.TooLarge(MaxPartBytes, "the limit of a part") with { Field = "data" },
            context.RequestAborted);
        if (problem is null && draft.Length == 0)
        {
            problem = FileProblems.Form("data", "The part is empty.");
        }

        if (problem is not null)
        {
            await ProblemWriter.WriteAsync(context, problem);
            return;
        }

        var part = new UploadPart(new PartId(ids.Next()), upload.Id, draft.Length, clock.GetUtcNow());
        await draft.SealAsync(part.Id.Value, context.RequestAborted);
        bool added = false;
        try
        {
            added = await uploads.AddPartAsync(part, RoomOf(upload), part.CreatedAt, CancellationToken.None);
        }
        finally
        {
            if (!added)
            {
                contents.Remove(part.Id.Value);
            }
        }

        await (added
            ? context.Response.WriteJsonAsync(json => UploadObject.Write(json, part))
            : ProblemWriter.WriteAsync(context, await WhyNotAsync(upload)));
    }

    // A part whose answer was lost is sent again, and both count until the upload ends.
    private static UploadRoom RoomOf(Upload upload) => new((2 * upload.Bytes) + MaxPartBytes, MaxParts);

    private async Task<Problem> WhyNotAsync(Upload upload)
    {
        Upload now = await uploads.FindAsync(upload.Id, upload.Team, CancellationToken.None) is { } found ? AsOfNow(found) : upload;
        return now.State == UploadState.Pending
            ? UploadProblems.Mismatch("data", $"The upload was to have {upload.Bytes} bytes, and its parts have far more already, or are {MaxParts}. The part was not kept.")
            : UploadProblems.Ended(now);
    }

    private async Task CompleteAsync(HttpContext context, Upload upload)
    {
        (UploadBodies.Completed? body, Problem? problem) = await UploadBodies.ReadCompleteAsync(context);
        StoredFile? file = null;
        if (body is not null && upload.State == UploadState.Pending)
        {
            (file, problem) = await completion.CompleteAsync(upload, body, context.RequestAborted);
        }

        // Whoever asks twice, or asks again because the answer was lost, gets the same file.
        Upload ended = file is null && problem is null ? AsOfNow(await uploads.FindAsync(upload.Id, upload.Team, context.RequestAborted) ?? upload) : upload with { State = UploadState.Completed };
        if (file is null && ended is { State: UploadState.Completed, File: { } id })
        {
            file = await files.FindAsync(id, upload.Team, clock.GetUtcNow(), context.RequestAborted);
        }

        if (file is null)
        {
            await ProblemWriter.WriteAsync(context, problem ?? UploadProblems.Ended(ended));
            return;
        }

        sweeper.Ask();
        await context.Response.WriteJsonAsync(json => UploadObject.Write(json, ended, file));
    }

    private async Task CancelAsync(HttpContext context, Upload upload)
    {
        if (upload.State is UploadState.Completed or UploadState.Expired
            || (upload.State == UploadState.Pending && !await uploads.CancelAsync(upload.Id, context.RequestAborted)))
        {
            await ProblemWriter.WriteAsync(context, UploadProblems.Ended(upload with { State = upload.State == UploadState.Pending ? UploadState.Completed : upload.State }));
            return;
        }

        sweeper.Ask();
        await context.Response.WriteJsonAsync(json => UploadObject.Write(json, upload with { State = UploadState.Cancelled }, null));
    }

    private async Task WithUploadAsync(HttpContext context, string text, Func<Upload, Task> use)
    {
        Upload? upload = UploadId.TryParse(text, out UploadId id) ? await uploads.FindAsync(id, Principal.Of(context).Team, context.RequestAborted) : null;
        await (upload is null ? ProblemWriter.WriteAsync(context, NotFound.Of("upload", text)) : use(AsOfNow(upload)));
    }

    // The sweep that writes it down may be a moment late.
    private Upload AsOfNow(Upload upload) =>
        upload.State == UploadState.Pending && upload.ExpiresAt <= clock.GetUtcNow() ? upload with { State = UploadState.Expired } : upload;
}
