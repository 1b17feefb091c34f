using System.Text;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Gateway.Configuration;

/// <summary>The page <c>docs/configuration.md</c>, written from the schema.</summary>
internal static class ConfigReference
{
    private const string Introduction = """
        # Configuration

        <!-- Written from the schema in code; the test suite compares. Regenerate: LEEWAY_REGENERATE_DOCS=1 and run ConfigReferenceTests. -->

        One file configures Leeway: `leeway.yaml` in the working folder, or the one that `--config` or `LEEWAY_CONFIG` names.
        Everything has a default; an empty file starts a gateway. JSON is accepted as well.

        - `leeway config check` says everything that is wrong, with file, line and column.
        - `leeway config show --origin` prints each setting in force and where it came from.
        - `leeway config schema` prints the JSON Schema for editors.

        **Precedence**, the later wins: defaults, `leeway.yaml`, `leeway.d/*.yaml` beside it in name order, environment variables, command line.
        Maps merge key by key; lists are replaced.

        **Environment.** `LEEWAY__` and the path, two underscores per level, in any case: `LEEWAY__SERVER__LISTEN=127.0.0.1:9090`.
        In a name of your own, whatever is not a letter or a digit is written `_`: `LEEWAY__MODELS__GPT_4O__DEPLOYMENTS__0__RPM=5000`.
        A list or a map takes YAML in one line: `LEEWAY__DELIVERY__WEBHOOKS__SCHEDULE='[0s, 5s]'`.

        **References.** `${env:NAME}` and `${file:/path}` may stand for any whole value; the end of line of such a file is dropped. A secret written out in a file draws a warning.

        **Values.** Durations `500ms`, `90s`, `15m`, `6h`, `2d`, `1h30m`. Sizes `90MB` (10⁶), `64MiB` (2²⁰) or bytes. Numbers may be grouped, `2_000_000`.
        Money is USD in decimals, best quoted. Times of day are `"02:00"`. Only `true` and `false` are truth values.

        **Reload.** The files and the secret files they refer to are read again when their content changes, looked at every 5 seconds. A file with errors changes nothing: the last good
        configuration stays. Settings marked *restart* keep their old value until then.

        """;

    public static string ToMarkdown()
    {
        StringBuilder page = new(Introduction.ReplaceLineEndings("\n"));
        object root = LeewaySchema.Root.Create();
        Table(page, [.. LeewaySchema.Root.Fields.Where(field => field.Shape is ScalarShape)], root, "");
        foreach (Field field in LeewaySchema.Root.Fields.Where(field => field.Shape is not ScalarShape))
        {
            page.Append($"\n## {field.Name}\n\n{field.Description}\n");
            Section(page, field.Shape, field.Get(root), field.Name);
        }

        return page.ToString();
    }

    private static void Section(StringBuilder page, Shape shape, object? value, string path)
    {
        switch (shape)
        {
            case RecordShape record:
                Table(page, record.Fields, value ?? record.Create(), path);
                break;
            case MapShape map:
                Section(page, map.Value, null, $"{path}.<{map.KeyName}>");
                break;
            case ListShape list:
                Section(page, list.Element, null, $"{path}[n]");
                break;
        }
    }

    private static void Table(StringBuilder page, IReadOnlyList<Field> fields, object record, string path)
    {
        page.Append("\n| setting | value | default | example | |\n|---|---|---|---|---|\n");
        Rows(page, fields, record, path);
    }

    private static void Rows(StringBuilder page, IReadOnlyList<Field> fields, object record, string path)
    {
        foreach (Field field in fields)
        {
            string child = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            object? value = field.Get(record);
            switch (field.Shape)
            {
                case ScalarShape scalar:
                    Row(page, field, child, scalar.Kind.Name, Default(field, scalar.Kind, value));
                    break;
                case ListShape { Element: ScalarShape element } list:
                    string items = string.Join(", ", list.Items(value!).Select(element.Kind.Format));
                    Row(page, field, child, $"list: {element.Name}", $"`[{items}]`");
                    break;
                case MapShape { Value: ScalarShape element } map:
                    Row(page, field, $"{child}.<{map.KeyName}>", element.Name, "none");
                    break;
                case RecordShape inner:
                    string unset = value is null ? $" Default: {field.Unset}." : "";
                    page.Append($"| `{child}` | {inner.Name} | | | {field.Description}{unset} |\n");
                    Rows(page, inner.Fields, value ?? inner.Create(), child);
                    break;
                case ListShape { OneOrMany: true, Element: RecordShape inner } list:
                    object? only = list.Single(value);
                    page.Append($"| `{child}` | {list.Name} | | | {field.Description}{(only is null && field.Unset is not null ? $" Default: {field.Unset}." : "")} |\n");
                    Rows(page, inner.Fields, only ?? inner.Create(), child);
                    break;
                case ListShape { Element: RecordShape inner }:
                    page.Append($"| `{child}` | list of maps | | | {field.Description} |\n");
                    Rows(page, inner.Fields, inner.Create(), $"{child}[n]");
                    break;
            }
        }
    }

    private static void Row(StringBuilder page, Field field, string path, string kind, string defaultText)
    {
        string example = field.Example.Length > 0 ? $"`{field.Example}`" : "";
        string restart = field.Restart ? " *restart*" : "";
        page.Append($"| `{path}` | {kind} | {defaultText} | {example} | {field.Description}{restart} |\n");
    }

    private static string Default(Field field, ScalarKind kind, object? value) =>
        field.Required ? "required"
        : value is null ? field.Unset ?? ""
        : kind.Format(value) is { Length: > 0 } text ? $"`{text}`" : "";
}
