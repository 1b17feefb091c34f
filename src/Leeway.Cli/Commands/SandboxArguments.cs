using System.CommandLine;
using Leeway.Cli.Hosting;

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

    public void AddTo(Command command)
    {
        command.Add(_law);
        command.Add(_seed);
        command.Add(_timeScale);
    }

    public SandboxChoice Read(ParseResult parsed)
    {
        double scale = parsed.GetValue(_timeScale);
        return double.IsFinite(scale) && scale > 0
            ? new SandboxChoice(parsed.GetValue(_law)!, parsed.GetValue(_seed), scale)
            : throw new CliFailure(ExitCode.Usage, $"{_timeScale.Name} must be a number above 0.");
    }

    private static Option<string> Law(string defaultLaw, string prefix)
    {
        var law = new Option<string>(prefix + "law") { Description = "Turnaround of the sandbox's batches.", DefaultValueFactory = _ => defaultLaw };
        law.AcceptOnlyFromAmong(SandboxChoice.Laws);
        return law;
    }
}
