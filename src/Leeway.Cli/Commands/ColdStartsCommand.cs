using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Api;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway cold-starts</c>: what it costs that servers sleep.</summary>
internal static class ColdStartsCommand
{
    public static Command Build(Shell shell)
    {
        var command = new Command("cold-starts", "Show how long deployments that scale to zero take to answer after idle, and when awake.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.GetAsync("admin/cold-starts", cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            IReadOnlyList<ColdStartLine> lines = GatewayClient.Read<ColdStartList>(answer).Data;
            if (lines.Count == 0)
            {
                shell.Say("No deployment that scales to zero has been called since the gateway started.");
                return ExitCode.Ok;
            }

            shell.PrintTable(
                ["DEPLOYMENT", "AFTER IDLE", "FIRST BYTE", "AWAKE", "FIRST BYTE", "A START ADDS"],
                lines.Select(line => (IReadOnlyList<string>)
                [
                    line.Deployment, line.CallsAfterIdle.ToString(CultureInfo.InvariantCulture), Seconds(line.FirstByteAfterIdleS),
                    line.CallsAwake.ToString(CultureInfo.InvariantCulture), Seconds(line.FirstByteAwakeS), Seconds(line.ColdStartS),
                ]));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Seconds(double? seconds) => seconds is { } known ? known.ToString("0.000", CultureInfo.InvariantCulture) + " s" : "–";
}
