using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Output;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway report</c>: spend, deadlines and waits of a window, and what stands out in it.</summary>
internal static class ReportCommand
{
    public static Command Build(Shell shell)
    {
        var since = new Option<string>("--since") { Description = "From when: 7d, 24h or a date.", DefaultValueFactory = _ => "7d" };
        var until = new Option<string?>("--until") { Description = "Until when. Default: now." };
        var capacity = new Option<string[]>("--capacity")
        {
            Description = "What an endpoint paid by the hour can give, in tokens of output a second, to tell its utilisation; may be repeated.",
            HelpName = "DEPLOYMENT=TOKENS_PER_S",
            AllowMultipleArgumentsPerToken = false,
        };
        var command = new Command("report", "What was paid, kept and waited for, and what stands out.") { since, until, capacity };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string? Instant(string name, string? text) => text is null ? null : TimeText.Instant(Arguments.Since(name, text, shell.Clock));
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.GetAsync(
                Query.Path(
                    "admin/report", ("since", Instant(since.Name, parsed.GetValue(since))), ("until", Instant(until.Name, parsed.GetValue(until))),
                    ("capacity", string.Join(',', parsed.GetValue(capacity) ?? []))),
                cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
            }
            else
            {
                Print(shell, GatewayClient.Read<ReportView>(answer));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static void Print(Shell shell, ReportView report)
    {
        shell.Say($"{TimeText.Local(report.Since)} to {TimeText.Local(report.Until)}{(report.Truncated ? "; waits and findings are of the latest only, because there were too many" : "")}");
        shell.PrintTable(["SPEND", "REQUESTS", "COST", "LIST", "SAVED", "SHARE", "UNPRICED"], [
            Row("total", report.Spend), .. report.ByLane.Select(row => Row("lane " + row.Name, row)), .. report.ByModel.Select(row => Row(row.Name ?? "", row)),
            .. report.ByPriority.Select(row => Row("priority " + row.Name, row))]);
        shell.Out.WriteLine();
        if (report.Adherence.Count > 0)
        {
            shell.PrintTable(["DEADLINES", "MET", "ENDED", "SHARE"], report.Adherence.Select(row => (IReadOnlyList<string>)
                [row.Priority, Number(row.Met), Number(row.Ended), string.Create(CultureInfo.InvariantCulture, $"{row.Share * 100:0.##} %")]));
            shell.Out.WriteLine();
            shell.PrintTable(["WAITS", "LANE", "REQUESTS", "P50", "P95", "P99"], report.Waits.Select(row => (IReadOnlyList<string>)
                [row.Priority, row.Lane, Number(row.Requests), Seconds(row.P50S), Seconds(row.P95S), Seconds(row.P99S)]));
            PickupsView pickups = report.Pickups;
            shell.Out.WriteLine($"Results were picked up: {pickups.Held} on a held connection, {pickups.Polled} by polling, {pickups.InFiles} in lists of results; {pickups.Sent} are sent to their owners, {pickups.NotFetched} not fetched.");
        }
        else
        {
            shell.Out.WriteLine("No deferred request ended in this window.");
        }

        shell.Out.WriteLine();
        foreach (FindingView finding in report.Findings)
        {
            shell.Out.WriteLine($"{finding.Rule}: {Plain.Line(finding.Subject)}");
            shell.Out.WriteLine($"  {Plain.Line(finding.Evidence)}");
            shell.Out.WriteLine($"  {Plain.Line(finding.Advice)}");
        }

        shell.Out.WriteLine(report.Findings.Count == 0 ? "Nothing stands out." : $"{report.Findings.Count} finding{(report.Findings.Count == 1 ? "" : "s")}.");
        foreach (string text in report.Unmeasured)
        {
            shell.Say("not measured: " + text);
        }
    }

    private static IReadOnlyList<string> Row(string name, CostView row) =>
        [name, Number(row.Requests), MoneyText.Of(row.CostUsd), MoneyText.Of(row.ListCostUsd), MoneyText.Of(row.SavedUsd), MoneyText.Share(row.SavedUsd, row.ListCostUsd), Number(row.Unpriced)];

    private static string Seconds(double seconds) => seconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#}s") : TimeText.Of(TimeSpan.FromSeconds(seconds));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
