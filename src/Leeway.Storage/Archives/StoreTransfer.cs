using System.Runtime.CompilerServices;

namespace Leeway.Storage.Archives;

/// <summary>
/// Carries everything from a source to a target: 1. the contents, which may vanish while the gateway runs, 2. the tables, 3. a second look at
/// what arrived, 4. the completion. Memory holds a block of rows, however large the store is.
/// </summary>
internal sealed class StoreTransfer(IStoreSource source, IStoreTarget target, IProgress<TransferProgress> progress)
{
    private const string FilesPart = "files";

    private readonly List<ContentReport> _contents = [];
    private readonly List<Guid> _gone = [];

    public async Task<TransferReport> RunAsync(CancellationToken cancellationToken)
    {
        ArchiveTable[] tables = [.. source.Tables.OrderBy(static table => table.Name, StringComparer.Ordinal)];
        await target.PrepareAsync(source.Schema, tables, cancellationToken);

        // 1.
        await CopyContentsAsync(cancellationToken);

        // 2.
        var reports = new List<TableReport>(tables.Length);
        foreach (ArchiveTable table in tables)
        {
            reports.Add(await CopyAsync(table, cancellationToken));
        }

        // 3.
        for (int i = 0; i < tables.Length; i++)
        {
            await CheckAsync(tables[i], reports[i], cancellationToken);
        }

        // 4.
        var report = new TransferReport(source.Name, target.Name, source.Schema, reports, _contents, _gone);
        await target.CompleteAsync(report, cancellationToken);
        return report;
    }

    private async Task<TableReport> CopyAsync(ArchiveTable table, CancellationToken cancellationToken)
    {
        var sum = new TableSum();
        await target.WriteAsync(table, Summed(source.ReadAsync(table, cancellationToken), table, TransferStep.Copy, sum, cancellationToken), cancellationToken);
        if (source.Promised(table) is { } promised && (promised.Rows != sum.Rows || promised.Checksum != sum.Checksum))
        {
            throw new ArchiveException(
                $"{source.Name} is damaged: its table '{table.Name}' has {sum.Rows} rows of checksum {sum.Checksum}, and its manifest says {promised.Rows} of {promised.Checksum}. Nothing was changed in {target.Name}.");
        }

        return new TableReport(table.Name, table.Columns, sum.Rows, sum.Bytes, sum.Checksum);
    }

    private async Task CheckAsync(ArchiveTable table, TableReport expected, CancellationToken cancellationToken)
    {
        var sum = new TableSum();
        await foreach (ReadOnlyMemory<byte> _ in Summed(target.ReadBackAsync(table, cancellationToken), table, TransferStep.Check, sum, cancellationToken))
        {
        }

        if (sum.Rows != expected.Rows || sum.Checksum != expected.Checksum)
        {
            throw new ArchiveException(
                $"The copy of '{table.Name}' in {target.Name} has {sum.Rows} rows of checksum {sum.Checksum}, but {expected.Rows} of {expected.Checksum} were copied. The copy was given up; {target.Name} is as it was.");
        }
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> Summed(
        IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, ArchiveTable table, TransferStep step, TableSum sum, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ReadOnlyMemory<byte> block in blocks.WithCancellation(cancellationToken))
        {
            sum.Add(block.Span);
            yield return block;
            progress.Report(new TransferProgress(table.Name, step, sum.Rows, sum.Bytes, IsDone: false));
        }

        progress.Report(new TransferProgress(table.Name, step, sum.Rows, sum.Bytes, IsDone: true));
    }

    private async Task CopyContentsAsync(CancellationToken cancellationToken)
    {
        long bytes = 0;
        foreach (Guid id in await source.ListContentsAsync(cancellationToken))
        {
            await using Stream? content = await source.OpenContentAsync(id, cancellationToken);
            if (content is null)
            {
                _gone.Add(id);
                continue;
            }

            await using var hashed = new HashedStream(content);
            await target.WriteContentAsync(id, hashed, cancellationToken);
            ContentReport report = hashed.Report(id);
            if (source.PromisedContent(id) is { } promised && promised != report)
            {
                throw new ArchiveException($"{source.Name} is damaged: its file {id:N} is not what its manifest says. Nothing was changed in {target.Name}.");
            }

            _contents.Add(report);
            bytes += report.Bytes;
            progress.Report(new TransferProgress(FilesPart, TransferStep.Copy, _contents.Count, bytes, IsDone: false));
        }

        progress.Report(new TransferProgress(FilesPart, TransferStep.Copy, _contents.Count, bytes, IsDone: true));
    }
}
