using System.CommandLine;
using Leeway.Cli.Hosting;
using Leeway.Sandbox;

namespace Leeway.Cli.Commands;

/// <summary>The options of the simulated provider.</summary>
/// <param name="defaultLaw">When none is given.</param>
/// <param name="prefix">Of the option names.</param>
internal sealed class SandboxArguments(string defaultLaw, string prefix)
{
    private readonly Option<string> _law = Law(defaultLaw, prefix);

    private readonly Option<int> _seed = new(prefix + "seed") { Description = "Seed of everything the sandbox draws.", DefaultValueFactory = _ => 1 };

    private readonly Option<double> _timeScale = new(prefix + "time-scale")
    {
        Description = "Seconds on the sandbox's clock per second here.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string?> _flex = new(prefix + "flex")
    {
        Description = "Room in the sandbox's flex tier: open, closed, the chance that a try is accepted (0.6), or that with the share of time closed (0.6/0.1). Accepted calls take 1 to 10 minutes of its clock.",
    };

    public void AddTo(Command command)
    {
        command.Add(_law);
        command.Add(_seed);
        command.Add(_timeScale);
        command.Add(_flex);
    }

    public SandboxChoice Read(ParseResult parsed)
    {
        if (parsed.GetValue(_flex) is { } flex && !SandboxOptions.IsFlexLaw(flex))
        {
            throw new CliFailure(ExitCode.Usage, $"{_flex.Name} '{flex}' is none; use open, closed, an acceptance as 0.6, or one with the share of time closed as 0.6/0.1.");
        }

        double scale = parsed.GetValue(_timeScale);
        return double.IsFinite(scale) && scale > 0
            ? new SandboxChoice(parsed.GetValue(_law)!, parsed.GetValue(_seed), scale, parsed.GetValue(_flex))
            : throw new CliFailure(ExitCode.Usage, $"{_timeScale.Name} must be a number above 0.");
    }

    private static Option<string> Law(string defaultLaw, string prefix)
    {
        var law = new Option<string>(prefix + "law") { Description = "Turnaround of the sandbox's batches.", DefaultValueFactory = _ => defaultLaw };
        law.AcceptOnlyFromAmong(SandboxChoice.Laws);
        return law;
    }
}
