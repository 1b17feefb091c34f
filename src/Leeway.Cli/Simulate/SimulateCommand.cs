using System.CommandLine;
using Leeway.Cli.Advise;
using Leeway.Cli.Hosting;
using Leeway.Cli.Prices;
using Leeway.Simulation;
using Leeway.Simulation.Report;
using Leeway.Traces;

namespace Leeway.Cli.Simulate;

/// <summary><c>leeway simulate</c>: a trace through the product's own stages on a virtual clock, beside other policies and a bound.</summary>
internal static class SimulateCommand
{
    public static Command Build(Shell shell)
    {
        var options = new SimulateArguments();
        var config = new ConfigArguments();
        var command = new Command("simulate", "Run a trace through the planner on a virtual clock, beside other policies and the clairvoyant.");
        options.AddTo(command);
        config.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string folder = Path.GetFullPath(shell.Surroundings.Folder);
            PriceBook book = PriceBook.Open(shell, parsed, config, null);
            LeewayConfig loaded = ConfigArguments.Load(shell, config.Sources(shell, parsed)).Config!;
            SimulationResult result;
            try
            {
                result = await Task.Run(() => Simulator.Run(options.Read(parsed, folder, loaded, book.Catalog, cancellationToken), cancellationToken), cancellationToken);
            }
            catch (TraceException error)
            {
                throw new CliFailure(ExitCode.Failed, error.Message, error.Remedy) { Code = "bad_trace" };
            }
            catch (FormatException error)
            {
                throw new CliFailure(ExitCode.Usage, error.Message, "'leeway simulate --help' shows the forms.");
            }

            if (parsed.GetValue(options.Html) is { } page)
            {
                await ReportFile.WriteAsync(Path.GetFullPath(page, folder), SimulationPage.Write(result), "leeway simulate", SimulationPage.Mark, cancellationToken);
                shell.Say($"The report is in {page}.");
            }

            if (shell.Json)
            {
                shell.PrintJson(json => SimulationJson.Write(json, result));
            }
            else
            {
                SimulationText.Print(shell, result);
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
