using System.CommandLine;
using Leeway.Cli.Hosting;
using Leeway.Sandbox;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway sandbox</c>: only the simulated provider.</summary>
internal static class SandboxCommand
{
    private const int DefaultPort = 8090;

    public static Command Build(Shell shell)
    {
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; 0 takes a free one.", DefaultValueFactory = _ => DefaultPort };
        var sandbox = new SandboxArguments("healthy", "--");
        var command = new Command("sandbox", "Run a simulated OpenAI provider: chat, embeddings, files and batches, without cost.") { port };
        sandbox.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(shell, parsed.GetValue(port), sandbox.Read(parsed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Shell shell, int port, SandboxChoice choice, CancellationToken cancellationToken)
    {
        await using SandboxServer server = await SandboxServer.StartAsync(
            new SandboxOptions { Port = port, Seed = choice.Seed, Law = choice.Law, TimeScale = choice.TimeScale }, shell.Clock, cancellationToken);
        string root = new Uri(server.BaseUri, "v1").ToString();
        shell.Say($"Sandbox at {root} (law {choice.Law}, seed {choice.Seed}, time ×{choice.TimeScale}). Every answer is simulated; any key is good.");
        if (shell.Json)
        {
            shell.PrintJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("base_url", root);
                json.WriteEndObject();
            });
            await shell.Out.FlushAsync(CancellationToken.None);
        }

        try
        {
            await server.WaitForShutdownAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Being stopped is how a server ends well.
        }

        return ExitCode.Ok;
    }
}
