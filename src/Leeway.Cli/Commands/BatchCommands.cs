using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Output;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway batch list | show | errors</c>.</summary>
internal static class BatchCommands
{
    public static Command Build(Shell shell) => new("batch", "Look at provider batches.") { List(shell), Show(shell), Errors(shell) };

    private static Command List(Shell shell)
    {
        var after = new Option<string?>("--after") { Description = "Continue behind this id." };
        var limit = new Option<int>("--limit") { Description = "How many.", DefaultValueFactory = _ => 20 };
        var command = new Command("list", "The newest batches.") { after, limit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.GetAsync(
                Query.Path("admin/batches", ("after", parsed.GetValue(after)), ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture))), cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            ListView<BatchView> page = GatewayClient.Read<ListView<BatchView>>(answer);
            shell.PrintTable(
                ["ID", "STATE", "PROVIDER", "DEPLOYMENT", "PRIORITY", "DONE", "FAILED", "OF", "SEALED", "DEADLINE"],
                page.Data.Select(batch => (IReadOnlyList<string>)
                [
                    batch.Id, batch.State, batch.ProviderStatus ?? "–", batch.Deployment, batch.Priority ?? "–", Text(batch.Completed), Text(batch.Failed), Text(batch.Requests),
                    batch.SealedAt is { } at ? TimeText.Local(at) : "–", batch.EarliestDeadline is { } due ? TimeText.Local(due) : "–",
                ]));
            if (page.HasMore)
            {
                shell.Say($"There are more: --after {page.Data[^1].Id}");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show(Shell shell)
    {
        var id = new Argument<string>("id");
        var command = new Command("show", "One batch.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.GetAsync($"admin/batches/{Query.Escape(parsed.GetValue(id)!)}", cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            BatchView batch = GatewayClient.Read<BatchView>(answer);
            shell.PrintTable(["BATCH", batch.Id],
            [
                ["state", batch.State],
                ["at the provider", $"{batch.ProviderBatch ?? "–"} {batch.ProviderStatus}"],
                ["deployment", batch.Deployment],
                ["endpoint", batch.Endpoint ?? "–"],
                ["priority", batch.Priority ?? "–"],
                ["requests", $"{Text(batch.Completed)} done, {Text(batch.Failed)} failed, of {batch.Requests}"],
                ["sealed", Instant(batch.SealedAt) + (batch.SealReason is { } reason ? $" ({reason})" : "")],
                ["why then", batch.SealNote ?? "–"],
                ["submitted", Instant(batch.SubmittedAt)],
                ["collected", Instant(batch.CollectedAt)],
                ["deadline", Instant(batch.EarliestDeadline)],
                ["note", batch.Note ?? "–"],
            ]);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Errors(Shell shell)
    {
        var id = new Argument<string>("id");
        var command = new Command("errors", "Why requests of a batch failed, by cause.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.GetAsync($"admin/batches/{Query.Escape(parsed.GetValue(id)!)}/errors", cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            IReadOnlyList<BatchErrorView> errors = GatewayClient.Read<ListView<BatchErrorView>>(answer).Data;
            if (errors.Count == 0)
            {
                shell.Say("No request of this batch failed.");
                return ExitCode.Ok;
            }

            shell.PrintTable(
                ["COUNT", "CAUSE", "FIRST", "MESSAGE"],
                errors.GroupBy(error => (error.StatusCode, Cause: error.Code ?? error.Outcome ?? "unknown"))
                    .OrderByDescending(group => group.Count())
                    .Select(group => (IReadOnlyList<string>)
                    [
                        Text(group.Count()), (group.Key.StatusCode is { } status ? Text(status) + " " : "") + group.Key.Cause, group.First().CustomId ?? group.First().Id,
                        group.First().Message ?? "",
                    ]));
            return ExitCode.Ok;
        });
        return command;
    }

    // Nothing is told where the provider does not count.
    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "–";

    private static string Instant(DateTimeOffset? at) => at is { } instant ? TimeText.Local(instant) : "–";
}
