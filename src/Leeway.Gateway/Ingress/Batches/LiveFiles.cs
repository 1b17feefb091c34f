using Leeway.Gateway.Ingress.Files;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary>Result files of batches that still run: no file yet, but their rows so far can be read under the ids they will have.</summary>
internal sealed class LiveFiles(IClientBatchStore batches, ResultFiles results)
{
    /// <summary>The running batch of a team that will write this file, or null.</summary>
    public async Task<ClientBatch?> FindAsync(FileId id, string team, CancellationToken cancellationToken) =>
        await batches.FindByFileAsync(id, team, cancellationToken) is { } batch && !batch.State.IsEnded() ? batch : null;

    /// <summary>Shows the file as it will be, without a length.</summary>
    public static Task ShowAsync(HttpContext context, FileId id, ClientBatch batch) => context.Response.WriteJsonAsync(json => FileObject.Write(json, new StoredFile
    {
        Id = id,
        Team = batch.Team,
        Name = $"{batch.PrintedId}_{(id == batch.ErrorFile ? "error" : "output")}.jsonl",
        Purpose = FilePurposes.BatchOutput,
        Bytes = 0,
        CreatedAt = batch.CreatedAt,
        Status = FileStatus.Uploaded,
        StatusDetails = "Its batch still runs: the content holds the rows so far.",
    }));

    /// <summary>Streams the rows so far.</summary>
    public async Task ReadAsync(HttpContext context, FileId id, ClientBatch batch)
    {
        context.Response.Headers[ResultHeaders.Incomplete] = "true";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentType = "application/octet-stream";
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await results.StreamAsync(batch, id == batch.ErrorFile, context.Response.Body, context.RequestAborted);
        }
    }
}
