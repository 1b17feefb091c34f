using System.Text;

namespace Leeway.Cli.Advise;

/// <summary>Where a report goes. One of ours is written over, since it is made again from the same trace; anything else that has the name stays.</summary>
internal static class ReportFile
{
    // The mark stands in the first lines of every page.
    private const int Beginning = 512;

    /// <param name="path">Where to.</param>
    /// <param name="html">The page.</param>
    /// <param name="command">Who makes such pages.</param>
    /// <param name="mark">By this a page of the same command is known when a file of the name is there already.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public static async Task WriteAsync(string path, string html, string command, string mark, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            throw new CliFailure(ExitCode.Failed, $"--html: {path} is a folder.", "Name a file in it, such as report.html.") { Code = "file_exists" };
        }

        if (File.Exists(path) && !await IsOursAsync(path, mark, cancellationToken))
        {
            throw new CliFailure(ExitCode.Failed, $"{path} exists and is no report of {command}; it was not changed.", "Name another file.") { Code = "file_exists" };
        }

        try
        {
            await File.WriteAllTextAsync(path, html, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliFailure(ExitCode.Failed, $"--html: {path} could not be written: {error.Message}", "Name a file in a folder that exists and that you may write to.") { Code = "file_not_written" };
        }
    }

    private static async Task<bool> IsOursAsync(string path, string mark, CancellationToken cancellationToken)
    {
        byte[] first = new byte[Beginning];
        await using FileStream file = File.OpenRead(path);
        int read = await file.ReadAtLeastAsync(first, Beginning, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(first, 0, read).Contains(mark, StringComparison.Ordinal);
    }
}
