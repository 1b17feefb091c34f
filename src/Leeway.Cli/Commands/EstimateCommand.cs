using System.CommandLine;
using Leeway.Cli.Estimates;
using Leeway.Cli.Hosting;
using Leeway.Cli.Prices;
using Leeway.Economics.Scenarios;
using Leeway.Gateway.Configuration;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway estimate</c>: what ways of serving a workload cost, side by side.</summary>
internal static class EstimateCommand
{
    public static Command Build(Shell shell)
    {
        var files = new Argument<string[]>("FILE") { Description = "Scenario files (samples/scenarios). Without any: the options below.", Arity = ArgumentArity.ZeroOrMore };
        var arguments = new EstimateArguments();
        var explain = new Option<bool>("--explain") { Description = "Show the arithmetic of every figure, with units and the sources of prices." };
        var breakEven = new Option<bool>("--break-even") { Description = "Show from which volume, utilisation, … on each way costs less than another." };
        var compute = new Option<string?>("--compute") { Description = "A catalogue of compute prices over the built-in one.", HelpName = "FILE" };
        var at = new Option<string?>("--at") { Description = "Prices as of this day. Default: now.", HelpName = "DATE" };
        var config = new ConfigArguments();
        var command = new Command("estimate", "What ways of serving a workload cost, per day and month, side by side.") { files };
        arguments.AddTo(command);
        command.Add(explain);
        command.Add(breakEven);
        command.Add(compute);
        command.Add(at);
        config.AddTo(command);
        command.SetAction(parsed =>
        {
            string[] named = parsed.GetValue(files) ?? [];
            if (named.Length > 0 && arguments.AreGiven(parsed))
            {
                throw new CliFailure(ExitCode.Usage, "A scenario file says its workload itself.", "Leave the file out, or the options that describe a workload.");
            }

            var lookup = new ScenarioLookup(
                PriceBook.Open(shell, parsed, config, null).Catalog,
                ComputeBook.Open(parsed.GetValue(compute), shell.Surroundings.Folder),
                parsed.GetValue(at) is { } day ? Arguments.Since("--at", day, shell.Clock) : shell.Clock.GetUtcNow());
            IReadOnlyList<Scenario> scenarios = named.Length > 0 ? Read(shell, lookup, named) : [arguments.Read(parsed, lookup)];
            Print(shell, [.. scenarios.Select(Compute)], new EstimateDetail(parsed.GetValue(explain), parsed.GetValue(breakEven)));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Estimate Compute(Scenario scenario)
    {
        try
        {
            return Estimate.Of(scenario);
        }
        catch (OverflowException)
        {
            throw new CliFailure(ExitCode.Failed, $"{scenario.Name}: a figure is too large to compute with.", "Look for a unit that is wrong, such as a price per token where one per million is meant.");
        }
    }

    private static List<Scenario> Read(Shell shell, ScenarioLookup lookup, string[] files)
    {
        var reader = new ScenarioReader(lookup, shell.Surroundings.Variables, shell.Surroundings.Folder);
        List<Scenario> scenarios = [];
        int errors = 0;
        foreach (string file in files)
        {
            if (reader.Read(file, out IReadOnlyList<ConfigProblem> problems) is { } scenario)
            {
                scenarios.Add(scenario);
            }

            foreach (ConfigProblem problem in problems)
            {
                shell.Say($"{(problem.Severity == ConfigSeverity.Error ? "error" : "warning")}: {problem}");
                errors += problem.Severity == ConfigSeverity.Error ? 1 : 0;
            }
        }

        return errors == 0
            ? scenarios
            : throw new CliFailure(ExitCode.ConfigInvalid, $"{errors} error{(errors == 1 ? "" : "s")}; nothing was computed.", "docs/concepts/economics.md lists every key.") { Code = "scenario_invalid" };
    }

    private static void Print(Shell shell, Estimate[] estimates, EstimateDetail detail)
    {
        if (shell.Json)
        {
            shell.PrintJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("object", "list");
                json.WriteStartArray("data");
                foreach (Estimate estimate in estimates)
                {
                    EstimateJson.Write(json, estimate, detail);
                }

                json.WriteEndArray();
                json.WriteBoolean("has_more", false);
                json.WriteEndObject();
            });
            return;
        }

        var text = new EstimateText(shell, detail);
        foreach (Estimate estimate in estimates)
        {
            text.Print(estimate);
        }
    }
}
