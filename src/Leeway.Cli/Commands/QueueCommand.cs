using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Output;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway queue</c>: what waits, and for what.</summary>
internal static class QueueCommand
{
    public static Command Build(Shell shell)
    {
        var command = new Command("queue", "Show what waits, by model, priority and state.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.GetAsync("admin/queue", cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            QueueView queue = GatewayClient.Read<QueueView>(answer);
            DateTimeOffset now = shell.Clock.GetUtcNow();
            if (queue.Data.Count > 0)
            {
                shell.PrintTable(
                    ["MODEL", "DEPLOYMENT", "PRIORITY", "STATE", "LANE", "REQUESTS", "NEXT SEAL", "DEADLINE"],
                    queue.Data.Select(group => (IReadOnlyList<string>)
                    [
                        group.Model, group.Deployment, group.Priority, group.State, group.Lane ?? "–", group.Requests.ToString(CultureInfo.InvariantCulture),
                        Until(group.NextSeal, now), Until(group.EarliestDeadline, now),
                    ]));
            }

            shell.Say($"{queue.Open} open, {queue.HeldConnections} held connections, {queue.ActiveRealtimeDeferred} being answered in real time.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Until(DateTimeOffset? at, DateTimeOffset now) => at is { } instant ? "in " + TimeText.Of(instant - now) : "–";
}
