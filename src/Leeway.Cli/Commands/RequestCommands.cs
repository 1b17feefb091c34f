using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Output;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway request list | show | cancel</c>.</summary>
internal static class RequestCommands
{
    public static Command Build(Shell shell) => new("request", "List, show and cancel requests.") { List(shell), Show(shell), Cancel(shell) };

    private static Command List(Shell shell)
    {
        var state = new Option<string?>("--state") { Description = "Only these states, separated by commas." };
        var run = new Option<string?>("--run") { Description = "Only requests of this run." };
        var priority = new Option<string?>("--priority") { Description = "Only this priority." };
        var model = new Option<string?>("--model") { Description = "Only this model." };
        var after = new Option<string?>("--after") { Description = "Continue behind this id." };
        var limit = new Option<int>("--limit") { Description = "How many.", DefaultValueFactory = _ => 20 };
        var command = new Command("list", "The newest requests.") { state, run, priority, model, after, limit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = Query.Path("leeway/requests", ("state", parsed.GetValue(state)), ("run", parsed.GetValue(run)), ("priority", parsed.GetValue(priority)),
                ("model", parsed.GetValue(model)), ("after", parsed.GetValue(after)), ("limit", parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)));
            using GatewayClient gateway = CommandTree.Gateway(shell, parsed);
            JsonElement answer = await gateway.GetAsync(path, cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            ListView<RequestView> page = GatewayClient.Read<ListView<RequestView>>(answer);
            shell.PrintTable(
                ["ID", "STATE", "MODEL", "PRIORITY", "LANE", "DEADLINE", "CUSTOM ID", "COST"],
                page.Data.Select(request => (IReadOnlyList<string>)
                [
                    request.Id, request.State, request.Model, request.Priority, request.Lane ?? "–", TimeText.Local(request.Deadline), request.CustomId ?? "–",
                    request.Receipt?.CostUsd is { } cost ? MoneyText.Of(cost) : "–",
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
        var command = new Command("show", "One request with its way and its answer.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient gateway = CommandTree.Gateway(shell, parsed);
            Print(shell, await gateway.GetAsync($"leeway/requests/{Query.Escape(parsed.GetValue(id)!)}?include=timeline", cancellationToken));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Cancel(Shell shell)
    {
        var id = new Argument<string>("id");
        var command = new Command("cancel", "Give up one request. What a provider already charges is still paid.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient gateway = CommandTree.Gateway(shell, parsed);
            Print(shell, await gateway.PostAsync($"leeway/requests/{Query.Escape(parsed.GetValue(id)!)}/cancel", null, cancellationToken));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Print(Shell shell, JsonElement answer)
    {
        if (shell.Json)
        {
            shell.PrintJson(answer);
            return;
        }

        RequestView request = GatewayClient.Read<RequestView>(answer);
        ReceiptView? receipt = request.Receipt;
        shell.PrintTable(["REQUEST", request.Id],
        [
            ["state", request.State + (request.Rescued ? " (rescued)" : "")],
            ["model", request.Model],
            ["endpoint", request.Endpoint],
            ["priority", request.Priority],
            ["lane", request.Lane ?? "–"],
            ["created", TimeText.Local(request.CreatedAt)],
            ["deadline", TimeText.Local(request.Deadline) + (receipt?.DeadlineMet is { } met ? met ? " (met)" : " (missed)" : "")],
            ["finished", request.FinishedAt is { } end ? TimeText.Local(end) : "–"],
            ["tokens", receipt is null ? "–" : $"{receipt.InputTokens} in ({receipt.CachedTokens} cached), {receipt.OutputTokens} out"],
            ["cost", receipt?.CostUsd is { } cost ? $"{MoneyText.Of(cost)}, saved {MoneyText.Of(receipt.SavedUsd)}" : "–"],
            .. (request.Attempts ?? []).Select(attempt => (IReadOnlyList<string>)
                [$"attempt {attempt.Number}", $"{attempt.Lane} {attempt.Deployment} {attempt.Batch} {attempt.Outcome ?? "under way"}"]),
            .. (receipt?.Entries ?? []).SelectMany(Paid),
            .. request.Error is { } error ? [["error", $"{error.Code}: {error.Message}"]] : (IReadOnlyList<string>[])[],
        ]);
        if (request.Timeline is { Count: > 0 } timeline)
        {
            shell.Out.WriteLine();
            TimelineTable.Print(shell, timeline);
        }

        if (request.Response is { } response)
        {
            shell.PrintJson(response.Body);
        }
    }

    private static IEnumerable<IReadOnlyList<string>> Paid(EntryView entry)
    {
        string tier = entry.ServiceTier is null ? "" : $" ({entry.ServiceTier})";
        string note = (entry.Duplicate ? ", paid beside the result" : "") + (entry.Estimated ? ", estimated" : "");
        yield return [$"paid {entry.Attempt}", $"{MoneyText.Of(entry.CostUsd)} {entry.Lane}{tier} at {entry.Price ?? "no known price"}{note}"];
        if (entry.ProviderUsage.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
        {
            yield return ["usage as told", entry.ProviderUsage.GetRawText()];
        }
    }
}
