using System.Buffers;
using Leeway.Telemetry;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary>The result files of a batch: written once at its end, and streamed from the store before.</summary>
internal sealed class ResultFiles(IClientBatchStore batches, IFileContents contents, LinesNeverAccepted neverAccepted, IdSource ids, TimeProvider clock)
{
    /// <summary>How long results of message batches can be read, from their creation; Anthropic's figure.</summary>
    public static readonly TimeSpan MessageLifetime = TimeSpan.FromDays(29);

    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(30);

    private const int PageSize = 200;
    private const int FlushBytes = 128 * 1024;

    /// <summary>
    /// Writes what has ended into the two files, each line into exactly one of them, and makes their contents durable. They become
    /// the files' with the end of the batch.
    /// </summary>
    /// <returns>The files that hold something, and the lines counted while they were written.</returns>
    public async Task<(IReadOnlyList<StoredFile> Files, ClientBatchCounts Counts)> WriteAsync(ClientBatch batch, CancellationToken cancellationToken)
    {
        await using IFileDraft output = contents.Begin();
        await using IFileDraft errors = contents.Begin();
        var outputRows = new ArrayBufferWriter<byte>(FlushBytes);
        var errorRows = new ArrayBufferWriter<byte>();
        var states = new int[(int)RequestState.Cancelled + 1];
        int bad = 0;
        await foreach ((EndedLine? line, LineProblem? problem) in ReadAllAsync(batch, cancellationToken))
        {
            if (line is not null)
            {
                bool isError = ResultRows.IsError(batch, line);
                states[(int)(isError && line.State == RequestState.Succeeded ? RequestState.Failed : line.State)]++;
                ResultRows.Write(isError ? errorRows : outputRows, batch, line);
            }
            else
            {
                bad++;
                ResultRows.Write(batch.Dialect == Dialect.OpenAI ? errorRows : outputRows, batch, problem!);
            }

            await FlushAsync(output, outputRows, FlushBytes, cancellationToken);
            await FlushAsync(errors, errorRows, FlushBytes, cancellationToken);
        }

        await FlushAsync(output, outputRows, 0, cancellationToken);
        await FlushAsync(errors, errorRows, 0, cancellationToken);
        StoredFile?[] files = [await SealAsync(batch, output, batch.OutputFile, "output", cancellationToken), await SealAsync(batch, errors, batch.ErrorFile, "error", cancellationToken)];
        FailPoint.Hit(FailPoint.AfterBatchFilesWritten);
        return (
            [.. files.OfType<StoredFile>()],
            new ClientBatchCounts(
                0, states[(int)RequestState.Succeeded], states[(int)RequestState.Failed], states[(int)RequestState.Expired], states[(int)RequestState.Cancelled], bad));
    }

    /// <summary>Streams what one of the files holds so far.</summary>
    public async Task StreamAsync(ClientBatch batch, bool errors, Stream target, CancellationToken cancellationToken)
    {
        var rows = new ArrayBufferWriter<byte>(FlushBytes);
        await foreach ((EndedLine? line, LineProblem? problem) in ReadAsync(batch, cancellationToken))
        {
            bool isError = line is not null ? ResultRows.IsError(batch, line) : batch.Dialect == Dialect.OpenAI;
            if (isError != errors)
            {
                continue;
            }

            if (line is not null)
            {
                ResultRows.Write(rows, batch, line);
            }
            else
            {
                ResultRows.Write(rows, batch, problem!);
            }

            if (rows.WrittenCount >= FlushBytes)
            {
                await target.WriteAsync(rows.WrittenMemory, cancellationToken);
                rows.ResetWrittenCount();
            }
        }

        await target.WriteAsync(rows.WrittenMemory, cancellationToken);
    }

    private async IAsyncEnumerable<(EndedLine? Line, LineProblem? Problem)> ReadAllAsync(
        ClientBatch batch, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool hasMore = LinesNeverAccepted.Has(batch);
        var accepted = new HashSet<string>(StringComparer.Ordinal);
        var refused = new HashSet<int>();
        await foreach ((EndedLine? line, LineProblem? problem) in ReadAsync(batch, cancellationToken))
        {
            if (hasMore && line is not null)
            {
                accepted.Add(line.CustomId);
            }
            else if (hasMore)
            {
                refused.Add(problem!.Line!.Value);
            }

            yield return (line, problem);
        }

        if (hasMore)
        {
            await foreach ((EndedLine?, LineProblem?) one in neverAccepted.ReadAsync(batch, accepted, refused, cancellationToken))
            {
                yield return one;
            }
        }
    }

    private async IAsyncEnumerable<(EndedLine? Line, LineProblem? Problem)> ReadAsync(
        ClientBatch batch, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RequestId? after = null;
        while (await batches.ReadEndedAsync(batch.Id, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (EndedLine line in page)
            {
                yield return (line, null);
            }

            after = page[^1].Request;
        }

        int afterLine = 0;
        while (await batches.ReadProblemsAsync(batch.Id, afterLine, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (LineProblem problem in page)
            {
                yield return (null, problem);
            }

            afterLine = page[^1].Line!.Value;
        }
    }

    private static async ValueTask FlushAsync(IFileDraft draft, ArrayBufferWriter<byte> rows, int atLeast, CancellationToken cancellationToken)
    {
        if (rows.WrittenCount > atLeast)
        {
            await draft.WriteAsync(rows.WrittenMemory, cancellationToken);
            rows.ResetWrittenCount();
        }
    }

    private async Task<StoredFile?> SealAsync(ClientBatch batch, IFileDraft draft, FileId id, string what, CancellationToken cancellationToken)
    {
        if (draft.Length == 0)
        {
            return null;
        }

        // It is the file's once its row is there: another node, or an earlier try, may have ended the batch meanwhile.
        Guid sealedAs = ids.Next();
        await draft.SealAsync(sealedAs, cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        bool isOfMessages = batch.Dialect == Dialect.Anthropic;
        return new StoredFile
        {
            Id = id,
            SealedAs = sealedAs,
            Team = batch.Team,
            Name = $"{batch.PrintedId}_{(isOfMessages ? "results" : what)}.jsonl",
            Purpose = FilePurposes.BatchOutput,
            Bytes = draft.Length,
            CreatedAt = now,
            ExpiresAt = isOfMessages ? batch.CreatedAt + MessageLifetime : now + (batch.OutputLifetime ?? s_lifetime),
            Status = FileStatus.Processed,
        };
    }
}
