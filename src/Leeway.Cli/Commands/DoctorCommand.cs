using System.CommandLine;
using Leeway.Cli.Api;
using Leeway.Cli.Doctor;
using Leeway.Cli.Hosting;
using Leeway.Gateway.Configuration;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway doctor</c>: what is well and what is not.</summary>
internal static class DoctorCommand
{
    public static Command Build(Shell shell)
    {
        var config = new ConfigArguments();
        var command = new Command("doctor", "Check configuration, storage, ports, providers, clock and webhooks.");
        config.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using GatewayClient gateway = CommandTree.Gateway(shell, parsed);
            using GatewayClient admin = CommandTree.Admin(shell, parsed);
            List<Finding> findings = [];
            await foreach (Finding finding in new Checkup(shell, gateway, admin).RunAsync(ConfigLoader.Load(config.Sources(shell, parsed)), cancellationToken))
            {
                findings.Add(finding);
            }

            Print(shell, findings);
            return findings.Any(finding => finding.Health == Health.Fail) ? ExitCode.Failed : ExitCode.Ok;
        });
        return command;
    }

    private static void Print(Shell shell, List<Finding> findings)
    {
        if (!shell.Json)
        {
            shell.PrintTable(["", "CHECK", "FOUND", "REMEDY"], findings.Select(finding => (IReadOnlyList<string>)[Word(finding), finding.Check, finding.Detail, finding.Remedy]));
            return;
        }

        shell.PrintJson(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("checks");
            foreach (Finding finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("health", Word(finding));
                json.WriteString("check", finding.Check);
                json.WriteString("detail", finding.Detail);
                json.WriteString("remedy", finding.Remedy);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static string Word(Finding finding) => finding.Health switch { Health.Ok => "ok", Health.Warn => "warn", _ => "fail" };
}
