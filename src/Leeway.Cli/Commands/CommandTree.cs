using System.CommandLine;
using Leeway.Cli.Advise;
using Leeway.Cli.Api;
using Leeway.Cli.Demo;
using Leeway.Cli.Simulate;
using Leeway.Cli.Store;
using Leeway.Cli.Watch;

namespace Leeway.Cli.Commands;

/// <summary>All commands.</summary>
internal static class CommandTree
{
    public static RootCommand Build(Shell shell) => new("Inference with a deadline: Leeway waits where waiting is cheaper.")
    {
        shell.Globals.Gateway,
        shell.Globals.Admin,
        shell.Globals.Key,
        shell.Globals.AdminToken,
        shell.Globals.Json,
        ServeCommand.Build(shell),
        DemoCommand.Create(shell.Globals.Json, shell.Out, shell.Error, shell.Surroundings.OutputIsTerminal),
        SandboxCommand.Build(shell),
        AskCommand.Build(shell),
        QuoteCommand.Build(shell),
        RunCommand.Build(shell),
        WatchCommand.Build(shell),
        ValidateCommand.Build(shell),
        QueueCommand.Build(shell),
        RequestCommands.Build(shell),
        BatchCommands.Build(shell),
        CostCommand.Build(shell),
        AdviseCommand.Build(shell),
        SimulateCommand.Build(shell),
        ReportCommand.Build(shell),
        ColdStartsCommand.Build(shell),
        TurnaroundCommand.Build(shell),
        NodesCommand.Build(shell),
        EstimateCommand.Build(shell),
        DecideCommand.Build(shell),
        PricesCommands.Build(shell),
        KeysCommands.Build(shell),
        BudgetsCommand.Build(shell),
        WebhookCommands.Build(shell),
        MailCommands.Build(shell),
        ConfigCommands.Build(shell),
        MigrateCommand.Build(shell),
        BackupCommand.Build(shell),
        RestoreCommand.Build(shell),
        StoreCommand.Build(shell),
        DoctorCommand.Build(shell),
    };

    /// <summary>The gateway's public listener.</summary>
    public static GatewayClient Gateway(Shell shell, ParseResult parsed) =>
        Client(shell, parsed.GetValue(shell.Globals.Gateway), "--gateway", "LEEWAY_URL", GlobalOptions.DefaultGateway, parsed.GetValue(shell.Globals.Key), "LEEWAY_API_KEY");

    /// <summary>The gateway's admin listener.</summary>
    public static GatewayClient Admin(Shell shell, ParseResult parsed) =>
        Client(shell, parsed.GetValue(shell.Globals.Admin), "--admin", "LEEWAY_ADMIN_URL", GlobalOptions.DefaultAdmin, parsed.GetValue(shell.Globals.AdminToken), "LEEWAY_ADMIN_TOKEN");

    private static GatewayClient Client(Shell shell, string? given, string option, string variable, string fallback, string? credential, string credentialVariable)
    {
        IReadOnlyDictionary<string, string> variables = shell.Surroundings.Variables;
        string text = given ?? (variables.GetValueOrDefault(variable) is { Length: > 0 } set ? set : fallback);
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? root) && root.Scheme is "http" or "https"
            ? new GatewayClient(root, option, credential ?? variables.GetValueOrDefault(credentialVariable))
            : throw new CliFailure(ExitCode.Usage, $"'{text}' is not an http or https address.", $"Give {option} (or {variable}) such as {fallback}.");
    }
}
