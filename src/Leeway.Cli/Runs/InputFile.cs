using System.Security.Cryptography;
using System.Text;

namespace Leeway.Cli.Runs;

/// <summary>The file of a run. It is read once per purpose, line by line, and never held.</summary>
internal sealed class InputFile(string path, string shown, RunParameters parameters)
{
    /// <summary>As the user wrote it.</summary>
    public string Shown => shown;

    /// <summary>SHA-256 of the bytes, hexadecimal.</summary>
    public async Task<string> HashAsync(CancellationToken cancellationToken)
    {
        await using FileStream stream = Open();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    /// <summary>Good and bad lines in order; a second line with the same custom id is a bad one.</summary>
    /// <exception cref="CliFailure">The file cannot be read as what it should be.</exception>
    public IEnumerable<InputItem> Read()
    {
        using FileStream stream = Open();
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        using IEnumerator<InputItem> items = Items(stream).GetEnumerator();
        while (MoveNext(items))
        {
            InputItem item = items.Current;
            if (item is { Problem: null, CustomId: { } id } && !seen.TryAdd(id, item.Line))
            {
                item = item with { Problem = $"custom_id \"{id}\" is already on line {seen[id]}" };
            }

            yield return item;
        }
    }

    private IEnumerable<InputItem> Items(Stream stream)
    {
        if (parameters.Template is not { } text)
        {
            return ByteLines.Read(stream).Where(line => line.Line.Span.ContainsAnyExcept(" \t"u8)).Select(line => BatchItem.Read(line.Number, line.Line));
        }

        var rows = new TemplateRows(parameters, ParseTemplate(text));
        return parameters.IsCsv ? rows.ReadCsv(stream) : rows.ReadJson(stream);
    }

    private bool MoveNext(IEnumerator<InputItem> items)
    {
        try
        {
            return items.MoveNext();
        }
        catch (FormatException error)
        {
            throw new CliFailure(ExitCode.Failed, $"{shown}: {error.Message} Nothing was sent.") { Code = "invalid_input" };
        }
        catch (DecoderFallbackException)
        {
            throw new CliFailure(ExitCode.Failed, $"{shown} is not UTF-8. Nothing was sent.", $"Convert it, for instance: iconv -f windows-1252 -t utf-8 {shown}") { Code = "invalid_input" };
        }
    }

    private FileStream Open() => Open(path, shown);

    /// <summary>Opens a file that the user named.</summary>
    /// <exception cref="CliFailure">There is none.</exception>
    public static FileStream Open(string path, string shown)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliFailure(ExitCode.NotFound, $"There is no file {shown}.") { Code = "file_not_found" };
        }
        catch (UnauthorizedAccessException)
        {
            throw new CliFailure(ExitCode.Failed, $"{shown} cannot be read: it is a folder, or not yours to read.") { Code = "file_not_readable" };
        }
    }

    private static Template ParseTemplate(string text)
    {
        try
        {
            return new Template(text);
        }
        catch (FormatException error)
        {
            throw new CliFailure(ExitCode.Usage, $"--template: {error.Message}", "Write for instance --template \"Summarise this ticket: {{body}}\".");
        }
    }
}
