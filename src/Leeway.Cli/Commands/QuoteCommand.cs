using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Leeway.Classification;
using Leeway.Cli.Api;
using Leeway.Cli.Output;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway quote</c>: what a request would cost by each lane and when it would be answered, before it is sent.</summary>
internal static class QuoteCommand
{
    public static Command Build(Shell shell)
    {
        var model = new Option<string?>("--model", "-m") { Description = "Who is asked; a body names its own." };
        var by = new Option<string?>("--by") { Description = "When the answer is needed: 07:00, 6h, an RFC 3339 instant. Default: now, unless the gateway's rules say otherwise.", HelpName = "DEADLINE" };
        var endpoint = new Option<string>("--endpoint") { Description = "The path that would be called.", DefaultValueFactory = _ => "/v1/chat/completions" };
        var input = new Option<int?>("--input") { Description = "Tokens of the request." };
        var output = new Option<int?>("--output") { Description = "Tokens of the answer at most." };
        var file = new Option<string?>("--file", "-f") { Description = "The body of the call, instead of its size.", HelpName = "BODY.json" };
        var command = new Command("quote", "Ask what a request would cost and when it would be answered. Nothing is sent to a provider.") { model, by, endpoint, input, output, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            DeadlineReading? deadline = parsed.GetValue(by) is { } given ? Arguments.Deadline(given, shell.Clock) : null;
            string? body = parsed.GetValue(file) is { } path ? await ReadAsync(shell, path, cancellationToken) : null;
            string asked = Asked(parsed.GetValue(endpoint)!, body, parsed.GetValue(model), parsed.GetValue(input), parsed.GetValue(output), deadline);
            using GatewayClient gateway = CommandTree.Gateway(shell, parsed);
            JsonElement answer = await gateway.PostAsync("leeway/quote", asked, cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
            }
            else
            {
                Print(shell, GatewayClient.Read<QuoteView>(answer));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<string> ReadAsync(Shell shell, string path, CancellationToken cancellationToken)
    {
        string full = Path.Combine(shell.Surroundings.Folder, path);
        if (!File.Exists(full))
        {
            throw new CliFailure(ExitCode.Usage, $"--file: there is no '{Plain.Line(path)}'.", "Name a file with the JSON body of the call.");
        }

        string text = await File.ReadAllTextAsync(full, Encoding.UTF8, cancellationToken);
        try
        {
            JsonDocument.Parse(text).Dispose();
            return text;
        }
        catch (JsonException error)
        {
            throw new CliFailure(
                ExitCode.Usage, $"--file: '{Plain.Line(path)}' is not valid JSON (line {error.LineNumber + 1}, column {error.BytePositionInLine + 1}).", "It has to hold the body of one call.");
        }
    }

    private static string Asked(string endpoint, string? body, string? model, int? input, int? output, DeadlineReading? deadline)
    {
        if (body is not null && (model ?? (object?)input ?? output) is not null)
        {
            throw new CliFailure(ExitCode.Usage, "--file stands beside --model, --input or --output, which the body says itself.", "Give one or the other.");
        }

        if (body is null && (model is null || input is null || output is null))
        {
            string missing = string.Join(", ", new[] { model is null ? "--model" : null, input is null ? "--input" : null, output is null ? "--output" : null }.OfType<string>());
            throw new CliFailure(ExitCode.Usage, $"Without --file, {missing} {(missing.Contains(',', StringComparison.Ordinal) ? "are" : "is")} missing.", "Give the model and the tokens, e.g. --model gpt-4o-mini --input 1000 --output 300; or --file BODY.json.");
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("endpoint", endpoint);
            if (body is not null)
            {
                json.WritePropertyName("body");
                json.WriteRawValue(body);
            }
            else
            {
                json.WriteString("model", model);
                json.WriteNumber("input_tokens", input!.Value);
                json.WriteNumber("output_tokens", output!.Value);
            }

            if (deadline is { } reading)
            {
                json.WriteString("deadline", reading.IsNow ? "now" : TimeText.Instant(reading.At));
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Print(Shell shell, QuoteView quote)
    {
        shell.PrintTable(
            ["LANE", "COST", "SAVED", "ON TIME", "EXPECTED", "P95", ""],
            quote.Lanes.Select(lane => (IReadOnlyList<string>)
            [
                (lane.Chosen ? "→ " : "") + (lane.ServiceTier ?? lane.Lane), MoneyText.Of(lane.CostUsd), MoneyText.Share(lane.ListCostUsd - lane.CostUsd, lane.ListCostUsd),
                lane.OnTime is { } chance ? string.Create(CultureInfo.InvariantCulture, $"{chance * 100:0.##} %") : "–",
                Instant(lane.ExpectedFinish, quote.QuotedAt), Instant(lane.P95Finish, quote.QuotedAt), (lane.Available ? "" : "not available: ") + lane.Because,
            ]));
        bool waits = quote.Deadline > quote.QuotedAt;
        shell.Out.WriteLine(
            $"{Plain.Line(quote.Deployment)}, {quote.InputTokens} tokens in and up to {quote.OutputTokens} out, {(waits ? $"by {TimeText.Local(quote.Deadline)} (in {TimeText.Of(quote.Deadline - quote.QuotedAt)})" : "at once")}.");
        shell.Out.WriteLine($"Plan: {Plain.Line(quote.Plan)}.");
        shell.Out.WriteLine($"Guarantee: {(quote.Guarantee.At is { } at ? $"{quote.Guarantee.Lane} at {TimeText.Local(at)} if the batch is not back" : Plain.Line(quote.Guarantee.Text))}.");
        if (!quote.Feasible)
        {
            shell.Out.WriteLine("No lane can be relied on to meet this deadline; deadlines.infeasible decides what happens to such a request.");
            foreach (LaterDeadlineView later in quote.LaterDeadlines)
            {
                shell.Out.WriteLine($"Could be promised: from {TimeText.Local(later.Deadline)} on, {later.Lane}, {MoneyText.Of(later.CostUsd)}.");
            }
        }
    }

    private static string Instant(DateTimeOffset? at, DateTimeOffset from) => at is { } instant ? $"{TimeText.Local(instant)} (in {TimeText.Of(instant - from)})" : "–";
}
