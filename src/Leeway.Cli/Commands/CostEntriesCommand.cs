using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Output;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway cost entries</c>: the ledger's newest entries, immediate answers among them, each with the provider's own usage.</summary>
internal static class CostEntriesCommand
{
    public static Command Build(Shell shell)
    {
        var since = new Option<string?>("--since") { Description = "From when: 7d, 24h or a date. Default: everything." };
        var until = new Option<string?>("--until") { Description = "Until when." };
        var limit = new Option<int>("--limit") { Description = "How many.", DefaultValueFactory = _ => 20 };
        var command = new Command("entries", "The newest entries of the ledger, one per attempt that cost money.") { since, until, limit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string? Instant(Option<string?> option) =>
                parsed.GetValue(option) is { } text ? TimeText.Instant(Arguments.Since(option.Name, text, shell.Clock)) : null;
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.GetAsync(
                Query.Path("admin/entries", ("since", Instant(since)), ("until", Instant(until)), ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture))), cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            shell.PrintTable(["AT", "REQUEST", "LANE", "TIER", "DEPLOYMENT", "COST", "PRICE", "USAGE AS TOLD"], GatewayClient.Read<ListView<EntryView>>(answer).Data.Select(entry => (IReadOnlyList<string>)
            [
                entry.At is { } at ? TimeText.Local(at) : "–", entry.Request ?? "–", entry.Lane ?? "–", entry.ServiceTier ?? "–", entry.Deployment ?? "–", MoneyText.Of(entry.CostUsd),
                entry.Price ?? "–", entry.ProviderUsage.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? entry.ProviderUsage.GetRawText() : "–",
            ]));
            return ExitCode.Ok;
        });
        return command;
    }
}
