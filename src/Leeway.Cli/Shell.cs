using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Leeway.Cli.Commands;
using Leeway.Cli.Output;
using Spectre.Console;

namespace Leeway.Cli;

/// <summary>One invocation's outputs and surroundings.</summary>
internal sealed class Shell(TextWriter stdout, TextWriter stderr, CliSurroundings surroundings)
{
    // A table nobody looks at is not folded.
    private const int WideEnough = 400;

    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public GlobalOptions Globals { get; } = new();

    public TextWriter Out => stdout;

    public TextWriter Error => stderr;

    public CliSurroundings Surroundings => surroundings;

    public TimeProvider Clock => surroundings.Clock;

    public bool Json { get; set; }

    /// <summary>Tells people something.</summary>
    public void Say(string text) => stderr.WriteLine(Plain.Lines(text));

    /// <summary>Asks on standard error; anything but yes is no.</summary>
    public async Task<bool> AskAsync(string question, CancellationToken cancellationToken)
    {
        await stderr.WriteAsync(Plain.Line(question) + " [y/N] ");
        await stderr.FlushAsync(cancellationToken);
        string answer = (await surroundings.Input.ReadLineAsync(cancellationToken) ?? "").Trim();
        return answer.Equals("y", StringComparison.OrdinalIgnoreCase) || answer.Equals("yes", StringComparison.OrdinalIgnoreCase);
    }

    public void Fail(CliFailure failure)
    {
        if (!Json)
        {
            Say("error: " + failure.Message + (failure.Remedy.Length > 0 ? "\n  " + failure.Remedy : ""));
            return;
        }

        stderr.WriteLine(WriteJson(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("message", failure.Message);
            json.WriteString("code", failure.Code);
            json.WriteString("remedy", failure.Remedy.Length > 0 ? failure.Remedy : null);
            json.WriteEndObject();
            json.WriteNumber("exit_code", failure.ExitCode);
            json.WriteEndObject();
        }));
    }

    public void PrintJson(JsonElement element) => stdout.WriteLine(element.GetRawText());

    public void PrintJson(Action<Utf8JsonWriter> write) => stdout.WriteLine(WriteJson(write));

    /// <summary>A table on standard output: one line per row and no frame when nobody looks at it.</summary>
    public void PrintTable(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        IAnsiConsole console = ConsoleOn(stdout, surroundings.OutputIsTerminal);
        var table = new Table { Border = surroundings.OutputIsTerminal ? TableBorder.Rounded : TableBorder.None };
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)) { NoWrap = !surroundings.OutputIsTerminal });
        }

        foreach (IReadOnlyList<string> row in rows)
        {
            table.AddRow(row.Select(cell => new Text(Plain.Line(cell))));
        }

        console.Write(table);
    }

    /// <summary>Spectre's console on standard error, for live drawing.</summary>
    public IAnsiConsole LiveConsole() => ConsoleOn(stderr, surroundings.ErrorIsTerminal);

    /// <summary>Spectre's console on standard error, for questions answered by keys.</summary>
    public IAnsiConsole AskingConsole()
    {
        IAnsiConsole console = LiveConsole();
        if (surroundings.Keys is not { } keys)
        {
            return console;
        }

        console.Profile.Capabilities.Ansi = console.Profile.Capabilities.Interactive = true;
        return new KeyedConsole(console, keys);
    }

    private IAnsiConsole ConsoleOn(TextWriter writer, bool terminal)
    {
        bool color = terminal && !surroundings.Variables.ContainsKey("NO_COLOR");
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = color ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!terminal)
        {
            console.Profile.Width = WideEnough;
        }

        return console;
    }

    private static string WriteJson(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, s_json))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
