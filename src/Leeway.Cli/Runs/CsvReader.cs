using System.Text;

namespace Leeway.Cli.Runs;

/// <summary>One record of a CSV file and the line it begins on.</summary>
internal sealed record CsvRecord(int Line, IReadOnlyList<string> Fields);

/// <summary>CSV as RFC 4180 has it, streamed: quoted fields may hold commas, doubled quotes and line breaks. Empty lines are no records.</summary>
internal sealed class CsvReader(TextReader text)
{
    private const int End = -1;

    private readonly StringBuilder _field = new();
    private int _line = 1;

    /// <exception cref="FormatException">A quote is never closed, or text follows a closing one; the message names the line.</exception>
    public IEnumerable<CsvRecord> Read()
    {
        while (text.Peek() != End)
        {
            int start = _line;
            List<string> fields = [];
            while (ReadField(fields, start))
            {
            }

            if (fields is not [""])
            {
                yield return new CsvRecord(start, fields);
            }
        }
    }

    /// <summary>False behind the last field of the record.</summary>
    private bool ReadField(List<string> fields, int start)
    {
        _field.Clear();
        bool quoted = text.Peek() == '"';
        if (quoted)
        {
            text.Read();
            ReadQuoted(start);
        }

        while (true)
        {
            int c = text.Read();
            switch (c)
            {
                case ',':
                    fields.Add(_field.ToString());
                    return true;
                case End:
                case '\n':
                    _line += c == '\n' ? 1 : 0;
                    fields.Add(_field.ToString());
                    return false;
                case '\r' when text.Peek() is '\n' or End:
                    break;
                default:
                    if (quoted)
                    {
                        throw new FormatException($"line {_line}: text follows the closing quote of a field; a quote within a quoted field is written twice.");
                    }

                    _field.Append((char)c);
                    break;
            }
        }
    }

    private void ReadQuoted(int start)
    {
        while (true)
        {
            int c = text.Read();
            switch (c)
            {
                case End:
                    throw new FormatException($"line {start}: a quoted field of the record that begins here is never closed.");
                case '"' when text.Peek() == '"':
                    text.Read();
                    _field.Append('"');
                    break;
                case '"':
                    return;
                default:
                    _line += c == '\n' ? 1 : 0;
                    _field.Append((char)c);
                    break;
            }
        }
    }
}
