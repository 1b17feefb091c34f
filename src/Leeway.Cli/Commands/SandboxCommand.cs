using System.CommandLine;
using Leeway.Cli.Hosting;
using Leeway.Sandbox;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway sandbox</c>: only the simulated providers.</summary>
internal static class SandboxCommand
{
    private const int DefaultPort = 8090;

    private static readonly Dictionary<string, SandboxKind> s_kinds = new(StringComparer.Ordinal)
    {
        ["both"] = SandboxKind.Both,
        ["openai"] = SandboxKind.OpenAI,
        ["anthropic"] = SandboxKind.Anthropic,
    };

    public static Command Build(Shell shell)
    {
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; 0 takes a free one.", DefaultValueFactory = _ => DefaultPort };
        var kind = new Option<string>("--kind") { Description = "Whose API it speaks; both is one port for either.", DefaultValueFactory = _ => "both" };
        kind.AcceptOnlyFromAmong([.. s_kinds.Keys]);
        var sandbox = new SandboxArguments("healthy", "--");
        var command = new Command("sandbox", "Run simulated providers, OpenAI and Anthropic, real time and batches, without cost.") { port, kind };
        sandbox.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(shell, parsed.GetValue(port), s_kinds[parsed.GetValue(kind)!], sandbox.Read(parsed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Shell shell, int port, SandboxKind kind, SandboxChoice choice, CancellationToken cancellationToken)
    {
        await using SandboxServer server = await SandboxServer.StartAsync(
            new SandboxOptions { Port = port, Kind = kind, Seed = choice.Seed, Law = choice.Law, TimeScale = choice.TimeScale }, shell.Clock, cancellationToken);
        string root = new Uri(server.BaseUri, "v1").ToString();
        string origin = server.BaseUri.GetLeftPart(UriPartial.Authority);
        shell.Say($"Sandbox at {origin} (law {choice.Law}, seed {choice.Seed}, time ×{choice.TimeScale}). Every answer is simulated; any key is good.");
        if (kind.HasFlag(SandboxKind.OpenAI))
        {
            shell.Say($"OpenAI, base URL {root}: chat completions, completions, responses, embeddings, models, files, batches.");
        }

        if (kind.HasFlag(SandboxKind.Anthropic))
        {
            shell.Say($"Anthropic, base URL {origin}: messages, token counts, models, message batches.");
        }

        shell.Say($"What it saw and billed: {origin}/sandbox/ledger. Faults: {origin}/sandbox/faults.");
        if (shell.Json)
        {
            shell.PrintJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("base_url", root);
                json.WriteString("origin", origin);
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
