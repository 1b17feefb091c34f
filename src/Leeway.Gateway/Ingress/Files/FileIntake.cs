using Leeway.Files;
using Leeway.Gateway.Access;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Files;

/// <summary>Takes an upload in while it arrives: to disk, and through the check of batch files.</summary>
internal sealed class FileIntake(FileShelf shelf, IFileContents contents, IConfigSource config)
{
    public async Task<(StoredFile? File, Problem? Problem)> TakeAsync(HttpContext context)
    {
        LimitsConfig limits = config.Current.Server.Limits;
        string? purpose = null;
        var expiry = new FileExpiry();
        string name = "";
        using var validator = new BatchFileValidator(BatchFileLimits.Of(limits));
        await using IFileDraft draft = contents.Begin();

        Problem? problem = await MultipartForm.ReadAsync(
            context.Request,
            "file",
            (field, value) => purpose = !expiry.TryTake(field, value) && field == "purpose" ? value : purpose,
            async (given, source) =>
            {
                if (given.Length > FileName.MaxLength)
                {
                    return FileProblems.Form("file", $"The filename is longer than {FileName.MaxLength} characters.");
                }

                // The purpose may follow the file; until it says otherwise the file may be a batch's.
                name = FileName.Clean(given);
                bool mayBeBatch = purpose is null or FilePurposes.Batch;
                (long limit, string setting) = LimitOf(limits, purpose);
                return await new ContentIntake(draft, mayBeBatch ? validator : null, digest: null).TakeAsync(source, limit, context.RequestAborted)
                    ? null
                    : FileProblems.TooLarge(limit, setting);
            },
            context.RequestAborted);
        if (problem is not null)
        {
            return (null, problem);
        }

        if (purpose is null || !FilePurposes.Accepted.Contains(purpose))
        {
            return (null, FileProblems.Purpose(purpose));
        }

        (TimeSpan? lifetime, problem) = expiry.Read();
        if (problem is null && LimitOf(limits, purpose) is var (most, which) && draft.Length > most)
        {
            problem = FileProblems.TooLarge(most, which);
        }

        if (problem is not null)
        {
            return (null, problem);
        }

        BatchFileReport? report = purpose == FilePurposes.Batch ? validator.Complete() : null;
        return (await shelf.KeepAsync(draft, new FileLabel(Principal.Of(context).Team, name, purpose, lifetime), report, context.RequestAborted), null);
    }

    /// <summary>How long a file may be, and the setting that says so. An unknown purpose has the larger limit.</summary>
    public static (long Bytes, string Setting) LimitOf(LimitsConfig limits, string? purpose) => purpose == FilePurposes.Batch
        ? (limits.BatchFileBytes, "server.limits.batch_file")
        : (limits.FileBytes, "server.limits.file");
}
