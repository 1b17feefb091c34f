using System.Text;
using Leeway.Gateway.Configuration.Reading;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Gateway.Configuration;

/// <summary>The configuration in force, as YAML.</summary>
public static class ConfigShow
{
    private const int OriginColumn = 56;

    /// <summary>Every setting, each with where it came from if asked. Secrets appear as <c>env:OPENAI_API_KEY (set, 51 chars)</c>.</summary>
    /// <exception cref="ArgumentException">The result has errors and therefore no configuration.</exception>
    public static string Render(ConfigResult result, bool withOrigin)
    {
        LeewayConfig config = result.Config ?? throw new ArgumentException("There is no configuration to show: it has errors.", nameof(result));
        Writer writer = new(withOrigin ? result.Origins : null);
        writer.Record(LeewaySchema.Root, config, "", 0);
        return writer.ToString();
    }

    private sealed class Writer(IReadOnlyDictionary<string, string>? origins)
    {
        private readonly StringBuilder _text = new();

        public override string ToString() => _text.ToString();

        public void Record(RecordShape shape, object record, string path, int indent)
        {
            foreach (Field field in shape.Fields)
            {
                Value(Pad(indent) + field.Name + ":", field.Shape, field.Get(record), ConfigPath.Child(path, field.Name), indent);
            }
        }

        private void Value(string label, Shape shape, object? value, string path, int indent)
        {
            switch (shape)
            {
                case ScalarShape scalar:
                    Line($"{label} {(value is null ? "null" : Scalar(scalar.Kind, value))}", path);
                    break;
                case RecordShape record when value is null:
                    Line($"{label} {record.OffWord ?? "null"}", path);
                    break;
                case RecordShape record:
                    Line(label, null);
                    Record(record, value, path, indent + 1);
                    break;
                case MapShape map when value is not null && map.Entries(value).Any():
                    Line(label, null);
                    foreach ((string key, object entry) in map.Entries(value))
                    {
                        Value($"{Pad(indent + 1)}{Quote(key)}:", map.Value, entry, ConfigPath.Child(path, key), indent + 1);
                    }

                    break;
                case ListShape { OneOrMany: true } list when list.Single(value) is { } only:
                    Value(label, list.Element, only, path, indent);
                    break;
                case ListShape { OffWord: { } none } list when value is null || !list.Items(value).Any():
                    Line($"{label} {none}", path);
                    break;
                case ListShape { Element: ScalarShape element } list when value is not null:
                    Line($"{label} [{string.Join(", ", list.Items(value).Select(item => Scalar(element.Kind, item)))}]", path);
                    break;
                case ListShape { Element: RecordShape element } list when value is not null && list.Items(value).Any():
                    Line(label, null);
                    int index = 0;
                    foreach (object item in list.Items(value))
                    {
                        Line(Pad(indent + 1) + "-", null);
                        Record(element, item, ConfigPath.Item(path, index++), indent + 2);
                    }

                    break;
                default:
                    Line($"{label} {(shape is MapShape ? "{}" : "[]")}", path);
                    break;
            }
        }

        private void Line(string line, string? path)
        {
            string origin = path is not null && origins is not null ? origins.GetValueOrDefault(path, "default") : "";
            _text.Append(origin.Length > 0 ? $"{line.PadRight(OriginColumn)} # {origin}" : line).Append('\n');
        }

        private static string Scalar(ScalarKind kind, object value)
        {
            string text = kind.Format(value);
            return kind is IntegerKind or BooleanKind or DurationKind or SizeKind or SecretKind ? text : Quote(text);
        }

        /// <summary>Bare where YAML reads it back as the same text.</summary>
        private static string Quote(string text)
        {
            bool plain = text.Length > 0 && char.IsAsciiLetter(text[0])
                && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/')
                && text is not ("null" or "Null" or "NULL");
            return plain ? text : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        }

        private static string Pad(int indent) => new(' ', indent * 2);
    }
}
