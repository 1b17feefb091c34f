using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Leeway.Files;

public ref partial struct BatchLineReader
{
    private const int MaxShown = 60;

    /// <summary>The problem of a good line whose id an earlier one has.</summary>
    internal static LineProblem Twice(ReadOnlySpan<byte> line, string customId, int earlier)
    {
        // Its place was not kept: few files have doubles, and every line would pay for it.
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        while (reader.Read() && !reader.ValueTextEquals("custom_id"u8))
        {
            reader.Skip();
        }

        reader.Read();
        int column = Encoding.UTF8.GetCharCount(line[..(int)reader.TokenStartIndex]) + 1;
        return new LineProblem(
            null, column, Short(customId), LineProblemCodes.DuplicateCustomId, "custom_id",
            $"custom_id \"{Short(customId)}\" is already on line {earlier}.", "Give each line an id of its own: results are found by it.");
    }

    private void ReportMissing(string member, int offset, string remedy) =>
        Report(LineProblemCodes.Missing, member, offset, $"{member} is missing.", remedy);

    private void ReportEncoding()
    {
        int offset = 0;
        while (Rune.DecodeFromUtf8(_line[offset..], out _, out int consumed) == OperationStatus.Done)
        {
            offset += consumed;
        }

        Report(LineProblemCodes.InvalidEncoding, null, offset, $"The line is not valid UTF-8 (byte 0x{_line[offset]:X2}).", "Save the file as UTF-8.");
    }

    private void ReportHalfPair()
    {
        string where = _reader.TokenType == JsonTokenType.PropertyName ? "A member's name" : "A value";
        Report(LineProblemCodes.InvalidValue, null, (int)_reader.TokenStartIndex, $"{where} holds half of a surrogate pair, which is not text.", "Write whole characters.");
    }

    private void ReportSyntax(JsonException exception)
    {
        // A carriage return is white space to JSON and a line of its own to some writers.
        int offset = (int)Math.Min(exception.BytePositionInLine ?? 0, _line.Length);
        bool opens = offset < _line.Length && _line[offset] is (byte)'[' or (byte)'{';
        int depth = _reader.CurrentDepth + (_reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject ? 1 : 0);
        if (opens && depth > _depth)
        {
            Report(LineProblemCodes.TooDeep, null, offset, $"The body is nested deeper than {_depth} levels (server.limits.depth).", "Flatten it, or let the operator raise the limit.");
            return;
        }

        int suffix = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string reason = suffix < 0 ? exception.Message : exception.Message[..suffix];
        bool returnsOnly = _line.Contains((byte)'\r');
        Report(
            LineProblemCodes.InvalidJson, null, offset, "The line is not valid JSON: " + reason,
            returnsOnly ? "Lines end with a line feed, with or without a carriage return before it; a carriage return alone is none." : "Write one JSON object on each line.");
    }

    // The first stands; what follows may be its consequence.
    private void Report(string code, string? member, int offset, string message, string remedy) =>
        _problem ??= new LineProblem(null, ColumnOf(offset), _customId is null ? null : Short(_customId), code, member, message, remedy);

    private readonly int ColumnOf(int offset) => Encoding.UTF8.GetCharCount(_line[..Math.Min(offset, _line.Length)]) + 1;

    private readonly string Got()
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            return Kind(_reader.TokenType);
        }

        // Of a long value the beginning is enough, cut where it cannot cut a character or an escape in two that would be looked at.
        return _reader.ValueSpan.Length <= 4 * MaxShown ? $"\"{Short(_reader.GetString()!)}\"" : $"a string of {_reader.ValueSpan.Length} bytes";
    }

    private static string Short(string text)
    {
        if (text.Length <= MaxShown)
        {
            return text;
        }

        int end = char.IsHighSurrogate(text[MaxShown - 1]) ? MaxShown - 1 : MaxShown;
        return text[..end] + "…";
    }

    private static string Kind(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };
}
