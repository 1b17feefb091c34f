using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Output;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway cost</c>: what was paid, and what it would have been in real time.</summary>
internal static class CostCommand
{
    public static Command Build(Shell shell)
    {
        var by = new Option<string>("--by") { Description = "How to add up.", DefaultValueFactory = _ => "model" };
        by.AcceptOnlyFromAmong("total", "model", "priority", "lane", "key", "deployment");
        var since = new Option<string?>("--since") { Description = "From when: 7d, 24h or a date. Default: everything." };
        var until = new Option<string?>("--until") { Description = "Until when." };
        var csv = new Option<bool>("--csv") { Description = "Print CSV." };
        var command = new Command("cost", "What was paid and saved.") { by, since, until, csv, CostEntriesCommand.Build(shell) };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string? Instant(Option<string?> option) =>
                parsed.GetValue(option) is { } text ? TimeText.Instant(Arguments.Since(option.Name, text, shell.Clock)) : null;
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.GetAsync(
                Query.Path("admin/cost", ("by", parsed.GetValue(by)), ("since", Instant(since)), ("until", Instant(until))), cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            IReadOnlyList<CostView> rows = GatewayClient.Read<ListView<CostView>>(answer).Data;
            if (parsed.GetValue(csv))
            {
                PrintCsv(shell, rows);
            }
            else
            {
                PrintTable(shell, rows);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static void PrintTable(Shell shell, IReadOnlyList<CostView> rows) => shell.PrintTable(
        ["NAME", "REQUESTS", "INPUT", "CACHED", "OUTPUT", "COST", "LIST", "SAVED", "SHARE", "UNPRICED", "DUPLICATES"],
        rows.Select(row => (IReadOnlyList<string>)
        [
            row.Name ?? "total", Text(row.Requests), Text(row.InputTokens), Text(row.CachedTokens), Text(row.OutputTokens), MoneyText.Of(row.CostUsd),
            MoneyText.Of(row.ListCostUsd), MoneyText.Of(row.SavedUsd), MoneyText.Share(row.SavedUsd, row.ListCostUsd), Text(row.Unpriced), Text(row.Duplicates),
        ]));

    private static void PrintCsv(Shell shell, IReadOnlyList<CostView> rows)
    {
        shell.Out.WriteLine("name,requests,input_tokens,cached_tokens,output_tokens,cost_usd,list_cost_usd,saved_usd,unpriced,duplicates");
        foreach (CostView row in rows)
        {
            shell.Out.WriteLine(Csv.Record(
            [
                row.Name ?? "total", Text(row.Requests), Text(row.InputTokens), Text(row.CachedTokens), Text(row.OutputTokens), Money(row.CostUsd), Money(row.ListCostUsd),
                Money(row.SavedUsd), Text(row.Unpriced), Text(row.Duplicates),
            ]));
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Money(decimal? amount) => amount?.ToString(CultureInfo.InvariantCulture) ?? "";
}
