using Leeway.Telemetry;

namespace Leeway.Files;

/// <summary>Makes files of drafts: first the content durable under its name, then the row that lets anyone see it.</summary>
public sealed class FileShelf(IFileStore files, IFileContents contents, IUploadStore uploads, IdSource ids, TimeProvider clock)
{
    /// <summary>How long files of purpose <c>batch</c> and <c>batch_output</c> are kept when nobody says otherwise; OpenAI's figure.</summary>
    public static readonly TimeSpan BatchLifetime = TimeSpan.FromDays(30);

    private const int ToldInDetails = 3;

    /// <summary>Keeps a draft as a file.</summary>
    /// <param name="draft">Its content, whole.</param>
    /// <param name="label">Whose it is and what for.</param>
    /// <param name="report">What the check of a batch file found, or null.</param>
    /// <param name="cancellationToken">Counts until the content is durable; from then on the file will be there.</param>
    public async Task<StoredFile> KeepAsync(IFileDraft draft, FileLabel label, BatchFileReport? report, CancellationToken cancellationToken)
    {
        StoredFile file = await SealAsync(draft, label, report, cancellationToken);
        try
        {
            await files.AddAsync(file, CancellationToken.None);
        }
        catch
        {
            contents.Remove(file.Id.Value);
            throw;
        }

        FailPoint.Hit(FailPoint.AfterFileSaved);
        return file;
    }

    /// <summary>Keeps a draft as the file that an upload becomes.</summary>
    /// <returns>Null, when the upload had ended meanwhile.</returns>
    public async Task<StoredFile?> CompleteAsync(Upload upload, IFileDraft draft, BatchFileReport? report, CancellationToken cancellationToken)
    {
        StoredFile file = await SealAsync(draft, new FileLabel(upload.Team, upload.Name, upload.Purpose, upload.FileLifetime), report, cancellationToken);
        bool completed = false;
        try
        {
            completed = await uploads.CompleteAsync(upload.Id, file, CancellationToken.None);
        }
        finally
        {
            if (!completed)
            {
                contents.Remove(file.Id.Value);
            }
        }

        FailPoint.Hit(FailPoint.AfterFileSaved);
        return completed ? file : null;
    }

    private async Task<StoredFile> SealAsync(IFileDraft draft, FileLabel label, BatchFileReport? report, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        bool isOfBatch = label.Purpose is FilePurposes.Batch or FilePurposes.BatchOutput;
        var file = new StoredFile
        {
            Id = new FileId(ids.Next()),
            Team = label.Team,
            Name = label.Name,
            Purpose = label.Purpose,
            Bytes = draft.Length,
            CreatedAt = now,
            ExpiresAt = now + (label.Lifetime ?? (isOfBatch ? BatchLifetime : null)),
            Status = report is { IsGood: false } ? FileStatus.Error : FileStatus.Processed,
            StatusDetails = report is { IsGood: false } ? Details(report) : null,
            Report = report,
        };
        await draft.SealAsync(file.Id.Value, cancellationToken);
        FailPoint.Hit(FailPoint.AfterContentSealed);
        return file;
    }

    private static string Details(BatchFileReport report)
    {
        string told = string.Join(' ', report.Problems.Take(ToldInDetails).Select(problem => problem.Line is { } line ? $"{line}:{problem.Column ?? 1} {problem.Message}" : problem.Message));
        int more = Math.Max(report.BadLines, report.Problems.Count) - ToldInDetails;
        return $"{report.BadLines} of {report.Lines} lines cannot be accepted. {told}{(more > 0 ? $" And {more} more." : "")}";
    }
}

/// <summary>What a file is called.</summary>
/// <param name="Team">The team that owns it.</param>
/// <param name="Name">The name its owner gave.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Lifetime">How long it is kept; null: by its purpose.</param>
public sealed record FileLabel(string Team, string Name, string Purpose, TimeSpan? Lifetime);
