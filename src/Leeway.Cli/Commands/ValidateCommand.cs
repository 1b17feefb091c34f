using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Hosting;
using Leeway.Cli.Runs;
using Leeway.Files;
using Leeway.Gateway.Configuration;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway validate</c>: the check of a batch file that an upload goes through, without a gateway.</summary>
internal static class ValidateCommand
{
    private const int BlockBytes = 512 * 1024;

    public static Command Build(Shell shell)
    {
        var file = new Argument<string>("FILE") { Description = "An OpenAI batch file, JSON Lines." };
        var config = new ConfigArguments();
        var command = new Command("validate", "Check a batch file, line by line, as an upload would.") { file };
        config.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string shown = parsed.GetValue(file)!;
            LimitsConfig limits = ConfigLoader.Load(config.Sources(shell, parsed)).Config?.Server.Limits ?? new LimitsConfig();
            BatchFileReport report = await CheckAsync(Path.Combine(shell.Surroundings.Folder, shown), shown, limits, cancellationToken);
            bool isTooLarge = report.Bytes > limits.BatchFileBytes;
            if (shell.Json)
            {
                shell.PrintJson(json => Write(json, shown, report));
            }
            else if (report.Problems.Count > 0)
            {
                shell.PrintTable(["LINE", "COLUMN", "CUSTOM_ID", "CODE", "PROBLEM"], report.Problems.Select(Row));
            }

            if (isTooLarge)
            {
                shell.Say($"{shown} has {report.Bytes} bytes; an upload may have {limits.BatchFileBytes} (server.limits.batch_file).");
            }

            shell.Say(Summary(shown, report));
            return report.IsGood && !isTooLarge ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }

    private static async Task<BatchFileReport> CheckAsync(string path, string shown, LimitsConfig limits, CancellationToken cancellationToken)
    {
        await using FileStream stream = InputFile.Open(path, shown);
        using var validator = new BatchFileValidator(BatchFileLimits.Of(limits));
        byte[] block = new byte[BlockBytes];
        while (await stream.ReadAsync(block, cancellationToken) is > 0 and var read)
        {
            validator.Feed(block.AsSpan(0, read));
        }

        return validator.Complete();
    }

    private static string Summary(string shown, BatchFileReport report)
    {
        if (report.IsGood)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{shown} is good: {report.Lines} lines, about {report.EstimatedInputTokens} input tokens, {string.Join(", ", report.Models)}.");
        }

        int told = report.Problems.Count(problem => problem.Line is not null);
        string more = report.BadLines > told ? $", and {report.BadLines - told} more" : "";
        return $"{shown}: {report.BadLines} of {report.Lines} lines are bad{(more.Length > 0 ? $" ({told} are shown{more})" : "")}. Nothing was sent.";
    }

    private static IReadOnlyList<string> Row(LineProblem problem) =>
        [Text(problem.Line), Text(problem.Column), problem.CustomId ?? "", problem.Code, $"{problem.Message} {problem.Remedy}"];

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static void Write(Utf8JsonWriter json, string shown, BatchFileReport report)
    {
        json.WriteStartObject();
        json.WriteString("file", shown);
        json.WriteBoolean("good", report.IsGood);
        json.WriteNumber("bytes", report.Bytes);
        json.WriteNumber("lines", report.Lines);
        json.WriteNumber("bad_lines", report.BadLines);
        json.WriteNumber("input_tokens", report.EstimatedInputTokens);
        WriteList(json, "endpoints", report.Endpoints);
        WriteList(json, "models", report.Models);
        json.WriteStartArray("problems");
        foreach (LineProblem problem in report.Problems)
        {
            json.WriteStartObject();
            WriteNumber(json, "line", problem.Line);
            WriteNumber(json, "column", problem.Column);
            json.WriteString("custom_id", problem.CustomId);
            json.WriteString("code", problem.Code);
            json.WriteString("param", problem.Param);
            json.WriteString("message", problem.Message);
            json.WriteString("remedy", problem.Remedy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
