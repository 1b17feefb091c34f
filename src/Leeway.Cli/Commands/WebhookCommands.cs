using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Output;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway webhook add | list | listen | replay</c>.</summary>
internal static class WebhookCommands
{
    public static Command Build(Shell shell) => new("webhook", "Register webhook endpoints, listen to them, send deliveries again.")
    {
        Add(shell), List(shell), Listen(shell), Replay(shell),
    };

    /// <summary>Registers <paramref name="url"/>; a refusal says which setting forbids it.</summary>
    public static async Task<JsonElement> RegisterAsync(
        GatewayClient admin, string url, string? team = null, IReadOnlyList<string>? events = null, CancellationToken cancellationToken = default)
    {
        var body = new Dictionary<string, object> { ["url"] = url };
        if (events is { Count: > 0 })
        {
            body["events"] = events;
        }

        if (team is not null)
        {
            body["team"] = team;
        }

        return await admin.PostAsync("admin/webhooks", JsonSerializer.Serialize(body), cancellationToken);
    }

    private static Command Add(Shell shell)
    {
        var url = new Argument<string>("url") { Description = "Where results are announced." };
        var events = new Option<string[]>("--event") { Description = "An event it gets without being named, e.g. batch.completed; may be repeated.", HelpName = "EVENT" };
        var team = new Option<string?>("--team") { Description = "The team whose requests may name it. Default: default." };
        var command = new Command("add", "Register an endpoint. Its secret is shown only now.") { url, team, events };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await RegisterAsync(admin, parsed.GetValue(url)!, parsed.GetValue(team), parsed.GetValue(events), cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            WebhookView webhook = GatewayClient.Read<WebhookView>(answer);
            shell.PrintTable(["WEBHOOK", webhook.Id], [["url", webhook.Url], ["secret", webhook.Secret ?? "–"]]);
            shell.Say($"The secret is not shown again. Name the endpoint in a request: Leeway-Webhook: {webhook.Id}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command List(Shell shell)
    {
        var command = new Command("list", "The registered endpoints.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            JsonElement answer = await admin.GetAsync("admin/webhooks", cancellationToken);
            if (shell.Json)
            {
                shell.PrintJson(answer);
                return ExitCode.Ok;
            }

            shell.PrintTable(
                ["ID", "URL", "STATE", "FAILURES IN A ROW"],
                GatewayClient.Read<ListView<WebhookView>>(answer).Data.Select(webhook => (IReadOnlyList<string>)
                [
                    webhook.Id, webhook.Url, webhook.Enabled ? "enabled" : $"disabled ({webhook.DisabledReason ?? "by hand"})",
                    webhook.ConsecutiveFailures.ToString(CultureInfo.InvariantCulture),
                ]));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Listen(Shell shell)
    {
        var forward = new Option<string?>("--forward-to") { Description = "Pass each event on to this URL.", HelpName = "URL" };
        var command = new Command("listen", "Receive webhooks on this machine while it runs, and pass them on.") { forward };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Uri? target = null;
            if (parsed.GetValue(forward) is { } text && !(Uri.TryCreate(text, UriKind.Absolute, out target) && target.Scheme is "http" or "https"))
            {
                throw new CliFailure(ExitCode.Usage, $"--forward-to: '{Plain.Line(text)}' is not an http or https address.");
            }

            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            return await new WebhookListener(shell, admin, target).RunAsync(cancellationToken);
        });
        return command;
    }

    private static Command Replay(Shell shell)
    {
        var id = new Argument<string>("id") { Description = "A delivery's id." };
        var command = new Command("replay", "Send a delivery again.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            string delivery = parsed.GetValue(id)!;
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
}
