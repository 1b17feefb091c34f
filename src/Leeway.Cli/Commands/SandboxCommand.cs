using System.CommandLine;
using Leeway.Cli.Hosting;
using Leeway.Sandbox;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway sandbox</c>: only the simulated providers.</summary>
internal static class SandboxCommand
{
    private const int DefaultPort = 8090;

    private static readonly string s_names = string.Join(", ", SandboxVendors.All.Select(vendor => vendor.Name));

    public static Command Build(Shell shell)
    {
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; 0 takes a free one.", DefaultValueFactory = _ => DefaultPort };
        var kind = new Option<string>("--kind")
        {
            Description = $"Whose APIs it speaks, on one port: {SandboxVendors.AllName}, or some of {s_names}, with commas between.",
            DefaultValueFactory = _ => SandboxVendors.AllName,
        };
        var sandbox = new SandboxArguments("healthy", "--");
        var command = new Command("sandbox", "Run simulated providers, real time and batches, without cost.") { port, kind };
        sandbox.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(shell, parsed.GetValue(port), ReadKind(parsed.GetValue(kind)!), sandbox.Read(parsed), cancellationToken));
        return command;
    }

    private static SandboxKind ReadKind(string text) => SandboxVendors.TryParse(text, out SandboxKind kind, out string? unknown)
        ? kind
        : throw new CliFailure(ExitCode.Usage, $"--kind: '{unknown}' is no vendor of the sandbox; use {SandboxVendors.AllName}, or some of {s_names}, with commas between.");

    private static async Task<int> RunAsync(Shell shell, int port, SandboxKind kind, SandboxChoice choice, CancellationToken cancellationToken)
    {
        await using SandboxServer server = await SandboxServer.StartAsync(
            new SandboxOptions { Port = port, Kind = kind, Seed = choice.Seed, Law = choice.Law, TimeScale = choice.TimeScale, Flex = choice.Flex }, shell.Clock, cancellationToken);
        string root = new Uri(server.BaseUri, "v1").ToString();
        string origin = server.BaseUri.GetLeftPart(UriPartial.Authority);
        shell.Say($"Sandbox at {origin} (law {choice.Law}, seed {choice.Seed}, time ×{choice.TimeScale}). Every answer is simulated; any key is good.");
        foreach (SandboxVendor vendor in SandboxVendors.All.Where(vendor => kind.HasFlag(vendor.Kind)))
        {
            shell.Say($"{vendor.Title}, base URL {origin}{vendor.BasePath}: {vendor.Calls}.");
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
