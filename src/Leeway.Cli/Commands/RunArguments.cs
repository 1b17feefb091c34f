using System.CommandLine;
using Leeway.Classification;
using Leeway.Cli.Runs;

namespace Leeway.Cli.Commands;

/// <summary>The arguments of <c>run</c>.</summary>
internal sealed class RunArguments
{
    private readonly Argument<string> _file = new("file") { Description = "An OpenAI batch file, or CSV or JSONL with --template." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The results; - is standard output. Default: FILE with .out.jsonl, in this folder.", HelpName = "OUT" };
    private readonly Option<string?> _by = new("--by") { Description = "When the results are needed: 07:00, 6h, an RFC 3339 instant. Default: 24h.", HelpName = "DEADLINE" };
    private readonly Option<string?> _template = new("--template") { Description = "The prompt, with {{column}} for values of the row." };
    private readonly Option<string?> _model = new("--model", "-m") { Description = "Who is asked; with --template." };
    private readonly Option<string?> _system = new("--system") { Description = "A system message; with --template." };
    private readonly Option<int?> _maxTokens = new("--max-tokens") { Description = "Longest answer, in tokens; with --template." };
    private readonly Option<string?> _idColumn = new("--id-column") { Description = "The column that names each row; default row-1, row-2, ….", HelpName = "COLUMN" };
    private readonly Option<bool> _noHeader = new("--no-header") { Description = "The CSV has no header: its columns are c1, c2, …." };
    private readonly Option<bool> _partial = new("--partial") { Description = "Leave bad lines out instead of sending nothing." };
    private readonly Option<decimal?> _maxCost = new("--max-cost") { Description = "Do not start when the quote is above this.", HelpName = "USD" };
    private readonly Option<string?> _mail = new("--mail") { Description = "The id of a registered address that is told of the end by mail.", HelpName = "MAIL_ID" };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Start without asking." };
    private readonly Option<bool> _restart = new("--restart") { Description = "Forget the earlier run of this output and begin anew." };

    public Option<bool> Cancel { get; } = new("--cancel") { Description = "Cancel the run that writes OUT." };

    public void AddTo(Command command)
    {
        command.Add(_file);
        foreach (Option option in (Option[])[_output, _by, _template, _model, _system, _maxTokens, _idColumn, _noHeader, _partial, _maxCost, _mail, _yes, _restart, Cancel])
        {
            command.Add(option);
        }
    }

    public RunOptions Read(Shell shell, ParseResult parsed)
    {
        string file = parsed.GetValue(_file)!;
        bool csv = Path.GetExtension(file).Equals(".csv", StringComparison.OrdinalIgnoreCase);
        var parameters = new RunParameters
        {
            Template = parsed.GetValue(_template),
            Model = parsed.GetValue(_model),
            System = parsed.GetValue(_system),
            MaxTokens = parsed.GetValue(_maxTokens),
            IdColumn = parsed.GetValue(_idColumn),
            HasHeader = !parsed.GetValue(_noHeader),
            IsCsv = csv,
            Partial = parsed.GetValue(_partial),
        };
        if (!parsed.GetValue(Cancel))
        {
            Check(parameters);
        }

        DeadlineReading? by = parsed.GetValue(_by) is { } text ? Arguments.Deadline(text, shell.Clock) : null;
        return by is { IsNow: true }
            ? throw new CliFailure(ExitCode.Usage, "--by now leaves a run no time.", "Give it some, such as 15m, or ask a single question with 'leeway ask'.")
            : new RunOptions
            {
                Input = file,
                Output = parsed.GetValue(_output) ?? Path.GetFileNameWithoutExtension(file) + ".out.jsonl",
                Parameters = parameters,
                Deadline = by?.At,
                Mail = ReadMail(parsed.GetValue(_mail)),
                MaxCost = parsed.GetValue(_maxCost),
                Yes = parsed.GetValue(_yes),
                Restart = parsed.GetValue(_restart),
            };
    }

    // A header cannot hold what is no id.
    private static string? ReadMail(string? text) => text is null || MailId.TryParse(text, out _)
        ? text
        : throw new CliFailure(ExitCode.Usage, $"--mail: '{Output.Plain.Line(text)}' is not the id of a registered address.", "Give the id (mail_…) that 'leeway mail list' shows.");

    private static void Check(RunParameters parameters)
    {
        if (parameters.Template is not null)
        {
            if (string.IsNullOrEmpty(parameters.Model))
            {
                throw Usage("--template needs --model.", "For instance --model gpt-4o.");
            }
        }
        else if (parameters.IsCsv)
        {
            throw Usage("A CSV file needs --template and --model.", "For instance --template \"Summarise this ticket: {{body}}\" --model gpt-4o.");
        }
        else if (parameters.Model is not null || parameters.System is not null || parameters.MaxTokens is not null || parameters.IdColumn is not null || !parameters.HasHeader)
        {
            throw Usage("--model, --system, --max-tokens, --id-column and --no-header go with --template: a batch file says these itself.", "Leave them out, or add --template.");
        }
    }

    private static CliFailure Usage(string message, string remedy) => new(ExitCode.Usage, message + " Nothing was sent.", remedy);
}
