using System.Buffers;
using System.Text;
using System.Text.Json;
using Leeway.Ledger;

namespace Leeway.Cli.Runs;

/// <summary>Rows of a CSV file or of JSON objects, each made into a chat request by a template.</summary>
internal sealed class TemplateRows(RunParameters parameters, Template template)
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <exception cref="CliFailure">The template or --id-column names a column the CSV file has not.</exception>
    /// <exception cref="FormatException">The file is not CSV.</exception>
    public IEnumerable<InputItem> ReadCsv(Stream stream)
    {
        using var text = new StreamReader(stream, s_strict, detectEncodingFromByteOrderMarks: true);
        Dictionary<string, int>? columns = null;
        int row = 0;
        foreach (CsvRecord record in new CsvReader(text).Read())
        {
            if (columns is null)
            {
                columns = NameColumns(record);
                if (parameters.HasHeader)
                {
                    continue;
                }
            }

            row++;
            yield return record.Fields.Count == columns.Count
                ? Make(record.Line, row, name => record.Fields[columns[name]])
                : new InputItem { Line = record.Line, Problem = $"the row has {record.Fields.Count} fields, the {(parameters.HasHeader ? "header" : "first row")} has {columns.Count}" };
        }
    }

    public IEnumerable<InputItem> ReadJson(Stream stream)
    {
        int row = 0;
        foreach ((int number, ReadOnlyMemory<byte> line) in ByteLines.Read(stream))
        {
            if (!line.Span.ContainsAnyExcept(" \t"u8))
            {
                continue;
            }

            row++;
            yield return FromJson(number, row, line);
        }
    }

    private InputItem FromJson(int number, int row, ReadOnlyMemory<byte> line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return new InputItem { Line = number, Problem = "the line must be a JSON object" };
            }

            string? missing = Needed().FirstOrDefault(column => !root.TryGetProperty(column, out _));
            return missing is null
                ? Make(number, row, name => root.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : root.GetProperty(name).GetRawText())
                : new InputItem { Line = number, Problem = $"'{missing}' is no member of this object; it has {string.Join(", ", root.EnumerateObject().Select(member => member.Name).Take(20))}" };
        }
        catch (JsonException error)
        {
            return new InputItem { Line = number, Column = (int)(error.BytePositionInLine ?? 0) + 1, Problem = "the line is not JSON" };
        }
        catch (InvalidOperationException)
        {
            return new InputItem { Line = number, Problem = "the line is not valid UTF-8" };
        }
    }

    private Dictionary<string, int> NameColumns(CsvRecord first)
    {
        Dictionary<string, int> columns = new(StringComparer.Ordinal);
        for (int i = 0; i < first.Fields.Count; i++)
        {
            string name = parameters.HasHeader ? first.Fields[i].Trim() : $"c{i + 1}";
            if (!columns.TryAdd(name, i))
            {
                throw new CliFailure(ExitCode.Usage, $"The header has two columns '{name}'. Nothing was sent.");
            }
        }

        return Needed().FirstOrDefault(column => !columns.ContainsKey(column)) is { } unknown
            ? throw new CliFailure(
                ExitCode.Usage,
                $"There is no column '{unknown}'. Nothing was sent.",
                $"The columns are: {string.Join(", ", columns.Keys)}.{(parameters.HasHeader ? "" : " Without --no-header the first row names them.")}")
            {
                Code = "unknown_column",
            }
            : columns;
    }

    private IEnumerable<string> Needed() => parameters.IdColumn is { } id ? template.Columns.Append(id) : template.Columns;

    private InputItem Make(int line, int row, Func<string, string> valueOf)
    {
        string customId = parameters.IdColumn is { } column ? valueOf(column) : $"row-{row}";
        if (customId.Length is 0 or > 512)
        {
            return new InputItem { Line = line, Problem = $"the id in column '{parameters.IdColumn}' must have 1 to 512 characters" };
        }

        _buffer.ResetWrittenCount();
        long bodyStart;
        long bodyEnd;
        using (var json = new Utf8JsonWriter(_buffer))
        {
            json.WriteStartObject();
            json.WriteString("custom_id", customId);
            json.WriteString("method", "POST");
            json.WriteString("url", Endpoints.Chat);
            json.WriteStartObject("body");
            bodyStart = json.BytesCommitted + json.BytesPending;
            json.WriteString("model", parameters.Model);
            json.WriteStartArray("messages");
            if (parameters.System is { } system)
            {
                WriteMessage(json, "system", system);
            }

            WriteMessage(json, "user", template.Render(valueOf));
            json.WriteEndArray();
            if (parameters.MaxTokens is { } most)
            {
                json.WriteNumber("max_tokens", most);
            }

            json.WriteEndObject();
            bodyEnd = json.BytesCommitted + json.BytesPending;
            json.WriteEndObject();
        }

        byte[] bytes = _buffer.WrittenSpan.ToArray();
        return new InputItem
        {
            Line = line,
            CustomId = customId,
            Json = bytes,
            Model = parameters.Model!,
            InputTokens = TokenEstimator.Estimate(bytes.AsSpan((int)bodyStart, (int)(bodyEnd - bodyStart))),
            MaxOutputTokens = parameters.MaxTokens,
        };
    }

    private static void WriteMessage(Utf8JsonWriter json, string role, string content)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", content);
        json.WriteEndObject();
    }
}
