using System.IO.Compression;
using System.Text;

namespace Leeway.Traces.Reading;

/// <summary>A file and its form, told by its first bytes and, where these say nothing, by its name.</summary>
/// <param name="Path">As given.</param>
/// <param name="Form">What is in it, unpacked.</param>
/// <param name="IsGzip">Whether it is packed.</param>
internal sealed record TraceFile(string Path, TraceForm Form, bool IsGzip)
{
    private const int HeadBytes = 64 * 1024;

    /// <summary>Looks at the beginning of the file.</summary>
    /// <exception cref="TraceException">It is not there, empty, or of no form that is read.</exception>
    public static TraceFile Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new TraceException(Directory.Exists(path) ? $"{path} is a folder." : $"{path} does not exist.", "Name one or more files: CSV, JSONL, JSON or Parquet, each also packed by gzip.");
        }

        byte[] head = Head(path, out bool gzip);
        if (head.Length == 0)
        {
            throw new TraceException($"{path} is empty.", "A trace has at least a header and one request.");
        }

        return new TraceFile(path, FormOf(path, head), gzip);
    }

    /// <summary>Unpacks into <paramref name="folder"/>.</summary>
    /// <exception cref="TraceException">The file is cut or damaged.</exception>
    public TraceFile Unpacked(string folder)
    {
        string target = System.IO.Path.Combine(folder, System.IO.Path.GetRandomFileName());
        using FileStream packed = File.OpenRead(Path);
        try
        {
            using var gzip = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
            using FileStream plain = File.Create(target);
            gzip.CopyTo(plain);
            if (GzipEnd.IsCut(packed, plain.Length))
            {
                throw new InvalidDataException("it ends within its content.");
            }
        }
        catch (InvalidDataException error)
        {
            throw new TraceException($"{Path} is damaged or cut off: {error.Message}", "Copy it again; nothing of it was used.");
        }

        return this with { Path = target, IsGzip = false };
    }

    private static byte[] Head(string path, out bool gzip)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[2];
        int read = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        gzip = read == 2 && magic[0] == 0x1F && magic[1] == 0x8B;
        file.Position = 0;
        var head = new byte[HeadBytes];
        try
        {
            using Stream content = gzip ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;
            return head[..content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException error)
        {
            throw new TraceException($"{path} begins like gzip and is not: {error.Message}", "Pack it again.");
        }
    }

    private static TraceForm FormOf(string path, byte[] head)
    {
        if (head.AsSpan().StartsWith("PAR1"u8))
        {
            return TraceForm.Parquet;
        }

        if (IsTar(head))
        {
            return TraceForm.Tar;
        }

        string name = System.IO.Path.GetFileName(path);
        string text = Encoding.UTF8.GetString(head).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (text.StartsWith('[') && !Is(name, ".csv"))
        {
            return TraceForm.JsonArray;
        }

        if (text.StartsWith('{') && !Is(name, ".csv"))
        {
            return IsWrapped(text) ? TraceForm.JsonPage : TraceForm.JsonLines;
        }

        return head.AsSpan().Contains((byte)0)
            ? throw new TraceException($"{path} is neither text nor Parquet.", "CSV, JSONL, JSON and Parquet are read, each also packed by gzip.")
            : TraceForm.Csv;
    }

    // The answer of a usage or observations API: one object with a list named data. A line of JSONL ends before such a list begins.
    private static bool IsWrapped(string text)
    {
        int data = text.IndexOf("\"data\"", StringComparison.Ordinal);
        if (data < 0)
        {
            return false;
        }

        string before = text[1..data];
        return !before.Contains('{', StringComparison.Ordinal) && text[(data + 6)..].TrimStart(' ', ':', '\r', '\n', '\t').StartsWith('[');
    }

    private static bool IsTar(byte[] head) => head.Length > 262 && head.AsSpan(257, 5).SequenceEqual("ustar"u8);

    private static bool Is(string name, string extension) => name.Contains(extension, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What a file holds.</summary>
internal enum TraceForm
{
    /// <summary>Separated values with a header.</summary>
    Csv,

    /// <summary>One object a line.</summary>
    JsonLines,

    /// <summary>One list of objects.</summary>
    JsonArray,

    /// <summary>One object whose member data is the list.</summary>
    JsonPage,

    Parquet,

    /// <summary>An archive of client laws, from which a trace is drawn.</summary>
    Tar,
}
