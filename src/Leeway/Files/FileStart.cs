namespace Leeway.Files;

/// <summary>The first bytes of a file, which tell files that are no JSON lines at all.</summary>
internal static class FileStart
{
    /// <summary>The first line without a byte order mark; or what the file is instead.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line, out LineProblem? foreign)
    {
        foreign = line switch
        {
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [(byte)'{', 0, ..] or [0, (byte)'{', ..] =>
                Problem("The file is UTF-16.", "Save it as UTF-8."),
            [0x1F, 0x8B, ..] => Problem("The file is compressed with gzip.", "Unpack it first."),
            [(byte)'P', (byte)'K', 3, 4, ..] => Problem("The file is a zip archive.", "Unpack it first."),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Problem("The file is compressed with zstd.", "Unpack it first."),
            _ => null,
        };
        return line is [0xEF, 0xBB, 0xBF, ..] ? line[3..] : line;
    }

    private static LineProblem Problem(string message, string remedy) =>
        ProblemList.OfFile(LineProblemCodes.InvalidEncoding, message, remedy);
}
