using System.Buffers.Text;
using System.Globalization;

namespace Leeway.Simulation.Vendors;

/// <summary>
/// A row of a simulated job. As a line of a results file it is 57 letters: how it ended, the request's id, and input, cached and output tokens in
/// eight hexadecimal digits each, so that reading it back costs no JSON.
/// </summary>
internal readonly record struct SimulatedRow(RequestId Id, int Input, int Cached, int Output)
{
    /// <summary>Bytes of a line, line feed included.</summary>
    public const int LineBytes = 1 + 32 + 24 + 1;

    private const byte Answered = (byte)'A';
    private const byte Expired = (byte)'E';

    public TokenUsage Usage => new(Input, Cached, 0, Output, 0);

    /// <summary>Writes the line.</summary>
    /// <param name="into">At least <see cref="LineBytes"/> long.</param>
    /// <param name="kind">Answered, expired or cancelled.</param>
    public void Write(Span<byte> into, BatchRowKind kind)
    {
        into[0] = kind == BatchRowKind.Answered ? Answered : kind == BatchRowKind.Expired ? Expired : (byte)'C';
        Utf8Formatter.TryFormat(Id.Value, into[1..], out _, 'N');
        Input.TryFormat(into[33..], out _, "x8", CultureInfo.InvariantCulture);
        Cached.TryFormat(into[41..], out _, "x8", CultureInfo.InvariantCulture);
        Output.TryFormat(into[49..], out _, "x8", CultureInfo.InvariantCulture);
        into[57] = (byte)'\n';
    }

    /// <summary>Reads a line without its line feed.</summary>
    public static BatchRow Read(ReadOnlySpan<byte> line)
    {
        if (line.Length != LineBytes - 1)
        {
            return new BatchRow(BatchRowKind.Unreadable, null, 0, default, null, null);
        }

        Span<char> id = stackalloc char[4 + 32];
        RequestId.Prefix.CopyTo(id);
        System.Text.Ascii.ToUtf16(line.Slice(1, 32), id[4..], out _);
        string text = id.ToString();
        return line[0] == Answered
            ? new BatchRow(BatchRowKind.Answered, text, 200, default, new TokenUsage(Number(line[33..]), Number(line[41..]), 0, Number(line[49..]), 0), null)
            : new BatchRow(line[0] == Expired ? BatchRowKind.Expired : BatchRowKind.Cancelled, text, 0, default, null, null);
    }

    private static int Number(ReadOnlySpan<byte> digits) => Utf8Parser.TryParse(digits[..8], out int value, out _, 'x') ? value : 0;
}
