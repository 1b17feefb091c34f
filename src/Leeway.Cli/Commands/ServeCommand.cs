using System.CommandLine;
using Leeway.Cli.Hosting;
using Leeway.Gateway.Configuration;
using Microsoft.Extensions.Logging;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway serve</c>: the gateway until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Build(Shell shell)
    {
        var config = new ConfigArguments();
        var sandbox = new SandboxArguments("healthy", "--sandbox-");
        var verbose = new Option<bool>("--verbose") { Description = "Log more." };
        var command = new Command("serve", "Run the gateway. Without a configured provider answers are simulated.") { verbose };
        config.AddTo(command);
        sandbox.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            shell, config.Sources(shell, parsed), sandbox.Read(parsed), parsed.GetValue(verbose) ? LogLevel.Debug : LogLevel.Information, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Shell shell, ConfigSources sources, SandboxChoice choice, LogLevel log, CancellationToken cancellationToken)
    {
        ConfigResult config = ConfigArguments.Load(shell, sources);
        await using LocalGateway gateway = await LocalGateway.StartAsync(shell, sources, config, choice, log, cancellationToken);
        if (gateway.IsSimulated)
        {
            shell.Say("""
                ****************************************************************
                *  NO PROVIDER IS CONFIGURED: every answer is SIMULATED.       *
                *  Set OPENAI_API_KEY, or add providers to leeway.yaml.        *
                ****************************************************************
                """);
        }

        string root = gateway.PublicUrl.ToString().TrimEnd('/');
        shell.Say($"""
            Gateway    {root}/v1   (base URL for any OpenAI client; {root}/by/6h/v1 waits up to six hours)
            Admin      {gateway.AdminUrl.ToString().TrimEnd('/')}
            Config     {config.File ?? "defaults"}
            Try        leeway ask "Why is the sky blue?"{(root == GlobalOptions.DefaultGateway ? "" : $" --gateway {root}")}
            """);
        if (gateway.LacksKeys)
        {
            shell.Say("""
                ****************************************************************
                *  CALLS NEED A KEY AND NONE EXISTS: every call is refused.    *
                *  On this machine: leeway keys create --owner NAME            *
                ****************************************************************
                """);
        }

        if (shell.Json)
        {
            shell.PrintJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("gateway", root);
                json.WriteString("admin", gateway.AdminUrl.ToString().TrimEnd('/'));
                json.WriteBoolean("simulated", gateway.IsSimulated);
                json.WriteEndObject();
            });
            await shell.Out.FlushAsync(CancellationToken.None);
        }

        try
        {
            await gateway.WaitForShutdownAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Being stopped is how a server ends well.
        }

        shell.Say("Stopping: what was accepted is stored and goes on at the next start.");
        return ExitCode.Ok;
    }
}
