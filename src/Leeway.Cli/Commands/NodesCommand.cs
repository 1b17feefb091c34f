using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Api;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway nodes</c>: who shares the database.</summary>
internal static class NodesCommand
{
    public static Command Build(Shell shell)
    {
        var command = new Command("nodes", "Show the gateways that share the database, and whose work is held by whom.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.GetAsync("admin/nodes", cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            shell.PrintTable(["NODE", "NAME", "STATE", "HELD BY", "SINCE", "LEASE UNTIL", "ADMIN", "VERSION"], GatewayClient.Read<ListView<NodeLine>>(answer).Data.Select(Row));
            return ExitCode.Ok;
        });
        return command;
    }

    private static IReadOnlyList<string> Row(NodeLine line) =>
    [
        line.Node.ToString(CultureInfo.InvariantCulture) + (line.Self ? " (asked)" : ""), line.Name, line.State, line.HeldBy?.ToString(CultureInfo.InvariantCulture) ?? "itself",
        Instant(line.StartedAt), Instant(line.ExpiresAt), line.Address ?? "", line.Version,
    ];

    private static string Instant(DateTimeOffset? at) => at?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
