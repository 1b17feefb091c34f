using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Output;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway mail add | list | test | enable | disable | digest | replay</c>.</summary>
internal static class MailCommands
{
    public static Command Build(Shell shell) => new("mail", "Register mail addresses, test them, send mails again.")
    {
        Add(shell), List(shell), Test(shell),
        Switch(shell, "enable", "Switch an address on again and forget its refusals. Failed mails stay failed until replayed."),
        Switch(shell, "disable", "Switch an address off. What waits for it fails and can be replayed later."),
        Digest(shell), Replay(shell),
    };

    private static Command Add(Shell shell)
    {
        var address = new Argument<string>("address") { Description = "Where mail goes: name@example.com." };
        var team = new Option<string?>("--team") { Description = "The team whose requests may name it, and of which its digest tells. Default: default." };
        var digest = new Option<bool>("--digest") { Description = "Send it the daily digest." };
        var command = new Command("add", "Register an address. Requests name it by its id; no request can name an address.") { address, team, digest };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var body = new Dictionary<string, object> { ["address"] = parsed.GetValue(address)!, ["digest"] = parsed.GetValue(digest) };
            if (parsed.GetValue(team) is { } given)
            {
                body["team"] = given;
            }

            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.PostAsync("admin/mail", JsonSerializer.Serialize(body), cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            MailView mail = GatewayClient.Read<MailView>(answer);
            shell.PrintTable(["MAIL", mail.Id], [["address", mail.Address], ["team", mail.Team], ["digest", mail.Digest ? "daily" : "no"]]);
            shell.Say($"Name it in a request: Leeway-Mail: {mail.Id}. See whether mail arrives: leeway mail test {mail.Id}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command List(Shell shell)
    {
        var command = new Command("list", "The registered addresses.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.GetAsync("admin/mail", cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            shell.PrintTable(
                ["ID", "ADDRESS", "TEAM", "DIGEST", "STATE", "REFUSALS IN A ROW"],
                GatewayClient.Read<ListView<MailView>>(answer).Data.Select(mail => (IReadOnlyList<string>)
                [
                    mail.Id, mail.Address, mail.Team, mail.Digest ? "daily" : "no", mail.Enabled ? "enabled" : $"disabled ({mail.DisabledReason ?? "by hand"})",
                    mail.ConsecutiveFailures.ToString(CultureInfo.InvariantCulture),
                ]));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Test(Shell shell)
    {
        var id = Id();
        var command = new Command("test", "Send a mail that tells of nothing, now, and say what the mail server answered.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.PostAsync(Path(parsed.GetValue(id)!, "test"), null, cancellationToken);
            bool delivered = answer.GetProperty("delivered").GetBoolean();
            if (shell.Json)
            {
                shell.PrintJson(answer);
            }
            else
            {
                shell.Say(delivered ? "The mail server took it. Whether it reaches the mailbox only the mailbox shows." : Plain.Line(answer.GetProperty("error").GetString() ?? ""));
            }

            return delivered ? ExitCode.Ok : ExitCode.PartialFailure;
        });
        return command;
    }

    private static Command Digest(Shell shell)
    {
        var id = Id();
        var wanted = new Argument<string>("wanted") { Description = "on or off." };
        wanted.AcceptOnlyFromAmong("on", "off");
        var command = new Command("digest", "Whether an address gets the daily digest.") { id, wanted };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string body = JsonSerializer.Serialize(new Dictionary<string, object> { ["digest"] = parsed.GetValue(wanted) == "on" });
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            Print(shell, await admin.PostAsync(Path(parsed.GetValue(id)!, "digest"), body, cancellationToken));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Switch(Shell shell, string verb, string description)
    {
        var id = Id();
        var command = new Command(verb, description) { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            Print(shell, await admin.PostAsync(Path(parsed.GetValue(id)!, verb), null, cancellationToken));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Replay(Shell shell)
    {
        var id = new Argument<string>("id") { Description = "A delivery's id (dlv_…)." };
        var command = new Command("replay", "Send a mail again, under the same Message-ID.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string delivery = parsed.GetValue(id)!;
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.PostAsync($"admin/deliveries/{Query.Escape(delivery)}/replay", null, cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
            }
            else
            {
                shell.Say($"{delivery} is sent again.");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Argument<string> Id() => new("id") { Description = "An address's id (mail_…)." };

    private static string Path(string id, string verb) => $"admin/mail/{Query.Escape(id)}/{verb}";

    private static void Print(Shell shell, JsonElement answer)
    {
        if (shell.Json)
        {
            shell.PrintJson(answer);
            return;
        }

        MailView mail = GatewayClient.Read<MailView>(answer);
        shell.Say($"{mail.Id} ({mail.Address}): {(mail.Enabled ? "enabled" : "disabled")}, digest {(mail.Digest ? "daily" : "no")}.");
    }
}
