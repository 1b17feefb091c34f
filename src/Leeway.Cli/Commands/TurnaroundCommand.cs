using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Api;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway turnaround</c>: how long batches take.</summary>
internal static class TurnaroundCommand
{
    public static Command Build(Shell shell)
    {
        var deployment = new Option<string?>("--deployment") { Description = "Only this deployment, such as openai/gpt-4o." };
        var command = new Command("turnaround", "Show how long provider batches take, as far as it was seen, and how each provider is at present.") { deployment };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            string filter = parsed.GetValue(deployment) is { } only ? $"?deployment={Uri.EscapeDataString(only)}" : "";
            JsonElement answer = await admin.GetAsync("admin/turnaround" + filter, cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            shell.PrintTable(
                ["DEPLOYMENT", "REQUESTS", "SUBMITTED", "SEEN", "CENSORED", "OPEN", "P50", "P90", "P99", "15 MIN", "1 H", "6 H", "24 H", "REGIME"],
                GatewayClient.Read<ListView<TurnaroundLine>>(answer).Data.Select(Row));
            return ExitCode.Ok;
        });
        return command;
    }

    private static IReadOnlyList<string> Row(TurnaroundLine line) =>
    [
        line.Deployment ?? "(assumed)", line.Requests, line.Submitted, line.Deployment is not null && line.Seen == 0 ? "none: assumed" : Number(line.Seen), Number(line.Censored), Number(line.Open),
        Time(line.P50S), Time(line.P90S), Time(line.P99S), Share(line.Done15M), Share(line.Done1H), Share(line.Done6H), Share(line.Done24H), Regime(line),
    ];

    // Odds of less than ten to one are what every provider shows now and then.
    private static string Regime(TurnaroundLine line) => line switch
    {
        { Deployment: null } => "",
        { Evidence: < 1 } => line.Regime,
        _ => string.Create(CultureInfo.InvariantCulture, $"{line.Regime} (10^{line.Evidence:0.0} to 1 for {line.EvidenceFor})"),
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Share(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    private static string Time(double? seconds) => seconds switch
    {
        null => "never",
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.0} h"),
    };
}
