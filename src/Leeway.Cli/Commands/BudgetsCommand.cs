using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Output;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway budgets</c>: what is used of each.</summary>
internal static class BudgetsCommand
{
    public static Command Build(Shell shell)
    {
        var command = new Command("budgets", "Show the budgets of keys and teams: what is spent or set aside in the period, and when it begins anew.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.GetAsync("admin/budgets", cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            shell.PrintTable(
                ["HOLDER", "BUDGET", "USED", "LEFT", "BEGINS ANEW"],
                GatewayClient.Read<ListView<BudgetLine>>(answer).Data.Select(static line => (IReadOnlyList<string>)
                    [line.Holder, "$" + line.Budget, Usd(line.UsedUsd), Usd(line.LeftUsd), line.ResetsAt is { } at ? TimeText.Local(at) : "never"]));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Usd(decimal amount) => amount.ToString("$0.0000", CultureInfo.InvariantCulture);
}
