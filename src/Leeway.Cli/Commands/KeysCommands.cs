using System.CommandLine;
using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Output;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway keys create | list | rotate | budget | revoke</c>.</summary>
internal static class KeysCommands
{
    public static Command Build(Shell shell) => new("keys", "Make, list, rotate and revoke the keys that clients call with, and set their budgets.")
    {
        Create(shell), List(shell), Rotate(shell), SetBudget(shell), Revoke(shell),
    };

    private static Command Create(Shell shell)
    {
        var owner = new Option<string>("--owner") { Description = "Who is to hold it: a person or a program.", Required = true };
        var team = new Option<string?>("--team") { Description = "The team that owns what is made with it. Default: default." };
        var model = new Option<string[]>("--model")
        {
            Description = "A model it may use, or the beginning of names and *: gpt-4o*. Several are allowed. Default: all.",
            AllowMultipleArgumentsPerToken = true,
        };
        var wait = new Option<string?>("--default") { Description = "Priority or deadline of calls that say nothing: low, 6h, 07:00.", HelpName = "PRIORITY|DEADLINE" };
        var expires = new Option<string?>("--expires") { Description = "When it ends: 90d, or an RFC 3339 instant. Default: never." };
        var mail = new Option<string?>("--mail") { Description = "The id of the address that is told by mail of what waits and names none.", HelpName = "MAIL_ID" };
        var budget = new Option<string?>("--budget") { Description = "USD its calls may cost: 20/day, 200/month, or 1000 for all time. Default: no bound.", HelpName = "BUDGET" };
        var command = new Command("create", "Make a key. It is shown only now.") { owner, team, model, wait, budget, expires, mail };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var body = new Dictionary<string, object> { ["owner"] = parsed.GetValue(owner)! };
            Add(body, "team", parsed.GetValue(team));
            Add(body, "models", parsed.GetValue(model) is { Length: > 0 } models ? models : null);
            Add(body, "default", parsed.GetValue(wait));
            Add(body, "expires", parsed.GetValue(expires));
            Add(body, "mail", parsed.GetValue(mail));
            Add(body, "budget", parsed.GetValue(budget));
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            PrintSecret(shell, await admin.PostAsync("admin/keys", JsonSerializer.Serialize(body), cancellationToken));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command List(Shell shell)
    {
        var team = new Option<string?>("--team") { Description = "Only keys of this team." };
        var after = new Option<string?>("--after") { Description = "Continue behind this id." };
        var limit = new Option<int>("--limit") { Description = "How many.", DefaultValueFactory = _ => 100 };
        var command = new Command("list", "The keys, newest first, also revoked and expired ones.") { team, after, limit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = Query.Path("admin/keys", ("team", parsed.GetValue(team)), ("after", parsed.GetValue(after)), ("limit", $"{parsed.GetValue(limit)}"));
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.GetAsync(path, cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            ListView<KeyView> page = GatewayClient.Read<ListView<KeyView>>(answer);
            shell.PrintTable(
                ["ID", "KEY", "OWNER", "TEAM", "STATE", "MODELS", "DEFAULT", "BUDGET", "EXPIRES", "LAST USED"],
                page.Data.Select(key => (IReadOnlyList<string>)
                [
                    key.Id, key.Hint, key.Owner, key.Team, key.State, key.Models.Count == 0 ? "all" : string.Join(", ", key.Models), key.Default ?? "–", Usd(key.Budget),
                    Instant(key.ExpiresAt), Instant(key.LastUsedAt),
                ]));
            if (page.HasMore)
            {
                shell.Say($"There are more: --after {page.Data[^1].Id}");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Rotate(Shell shell)
    {
        var id = new Argument<string>("id") { Description = "A key's id (key_…)." };
        var overlap = new Option<string?>("--overlap") { Description = "How long the secret before is still accepted: 24h, 0. Default: 24h." };
        var command = new Command("rotate", "Give a key a new secret, which is shown only now. Id, team and everything made with it stay.") { id, overlap };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var body = new Dictionary<string, object>();
            Add(body, "overlap", parsed.GetValue(overlap));
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            PrintSecret(shell, await admin.PostAsync($"admin/keys/{Query.Escape(parsed.GetValue(id)!)}/rotate", JsonSerializer.Serialize(body), cancellationToken));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command SetBudget(Shell shell)
    {
        var id = new Argument<string>("id") { Description = "A key's id (key_…)." };
        var budget = new Argument<string>("budget") { Description = "USD its calls may cost: 20/day, 200/month, 1000 for all time, or none." };
        var command = new Command("budget", "Set what a key's calls may cost, from the next call on. What was spent in the period counts.") { id, budget };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.PostAsync(
                $"admin/keys/{Query.Escape(parsed.GetValue(id)!)}/budget", JsonSerializer.Serialize(new Dictionary<string, string> { ["budget"] = parsed.GetValue(budget)! }), cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
            }
            else
            {
                KeyView key = GatewayClient.Read<KeyView>(answer);
                shell.Say($"{key.Id} ({key.Hint}, {key.Owner}) {(key.Budget is null ? "has no budget" : "may spend " + Usd(key.Budget))}.");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Revoke(Shell shell)
    {
        var id = new Argument<string>("id") { Description = "A key's id (key_…)." };
        var command = new Command("revoke", "End a key at once. Calls under way finish; what was queued with it is still answered.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.PostAsync($"admin/keys/{Query.Escape(parsed.GetValue(id)!)}/revoke", null, cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
            }
            else
            {
                KeyView key = GatewayClient.Read<KeyView>(answer);
                shell.Say($"{key.Id} ({key.Hint}, {key.Owner}) is revoked.");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static void PrintSecret(Shell shell, JsonElement answer)
    {
        if (shell.Json)
        {
            shell.PrintJson(answer);
            return;
        }

        KeyView key = GatewayClient.Read<KeyView>(answer);
        shell.PrintTable(["KEY", key.Key ?? "–"],
        [
            ["id", key.Id],
            ["owner", key.Owner],
            ["team", key.Team],
            ["models", key.Models.Count == 0 ? "all" : string.Join(", ", key.Models)],
            ["default", key.Default ?? "–"],
            ["budget", Usd(key.Budget)],
            ["expires", Instant(key.ExpiresAt)],
            .. key.EarlierUntil is { } until ? [["before", $"{key.EarlierHint} until {TimeText.Local(until)}"]] : (IReadOnlyList<string>[])[],
        ]);
        shell.Say("The key is not shown again. Clients send it as Authorization: Bearer or x-api-key; this command line takes it from LEEWAY_API_KEY.");
    }

    private static void Add(Dictionary<string, object> body, string name, object? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }

    private static string Usd(string? budget) => budget is null ? "–" : "$" + budget;

    private static string Instant(DateTimeOffset? at) => at is { } instant ? TimeText.Local(instant) : "–";
}
