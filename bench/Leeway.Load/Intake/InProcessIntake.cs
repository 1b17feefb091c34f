using System.Diagnostics;
using Leeway.Files;
using Leeway.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Load.Intake;

/// <summary>One pass over the file in this process; each measurement is bytes per second.</summary>
internal sealed class InProcessIntake(string path, string folder)
{
    private const int BlockBytes = 512 * 1024;

    private readonly byte[] _block = new byte[BlockBytes];
    private readonly long _bytes = new FileInfo(path).Length;

    /// <summary>Counting line feeds with the processor's vectors: how fast the file can be looked at.</summary>
    public double CountLines() => Measure(() =>
    {
        long lines = 0;
        foreach (int read in Blocks())
        {
            lines += _block.AsSpan(0, read).Count((byte)'\n');
        }

        Expect(lines);
    });

    /// <summary>The check alone.</summary>
    public double Validate() => Measure(() =>
    {
        using var validator = new BatchFileValidator(BatchFileLimits.Of(new LimitsConfig()));
        foreach (int read in Blocks())
        {
            validator.Feed(_block.AsSpan(0, read));
        }

        BatchFileReport report = validator.Complete();
        Expect(report.IsGood ? report.Lines : -1);
    });

    /// <summary>Append and fsync of the same bytes.</summary>
    public double Append() => Measure(() =>
    {
        string copy = Path.Combine(folder, "append");
        using (var target = new FileStream(copy, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            long offset = 0;
            foreach (int read in Blocks())
            {
                RandomAccess.Write(target.SafeFileHandle, _block.AsSpan(0, read), offset);
                offset += read;
            }

            RandomAccess.FlushToDisk(target.SafeFileHandle);
        }

        File.Delete(copy);
    });

    /// <summary>The check and a durable content, as an upload makes them.</summary>
    public async Task<double> ValidateAndAppendAsync(LeewayStorage storage, IdSource ids)
    {
        long begun = Stopwatch.GetTimestamp();
        var id = new FileId(ids.Next());
        using (var validator = new BatchFileValidator(BatchFileLimits.Of(new LimitsConfig())))
        {
            await using FileStream source = Open();
            await using IFileDraft draft = storage.FileContents.Begin();
            await new ContentIntake(draft, validator, digest: null).TakeAsync(source, long.MaxValue, CancellationToken.None);
            Expect(validator.Complete().Lines);
            await draft.SealAsync(id.Value, CancellationToken.None);
        }

        double rate = _bytes / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        storage.FileContents.Remove(id.Value);
        return rate;
    }

    public static Task<LeewayStorage> OpenStorageAsync(string folder, IdSource ids) =>
        LeewayStorage.OpenSqliteAsync(folder, TimeProvider.System, ids, NullLogger.Instance, CancellationToken.None);

    private IEnumerable<int> Blocks()
    {
        using FileStream source = Open();
        while (source.ReadAtLeast(_block, BlockBytes, throwOnEndOfStream: false) is > 0 and var read)
        {
            yield return read;
        }
    }

    private FileStream Open() => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);

    private double Measure(Action pass)
    {
        long begun = Stopwatch.GetTimestamp();
        pass();
        return _bytes / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static void Expect(long lines)
    {
        if (lines != IntakeFile.Lines)
        {
            throw new InvalidDataException($"{lines} lines instead of {IntakeFile.Lines}.");
        }
    }
}
