using System.CommandLine;
using Leeway.Gateway.Configuration;

namespace Leeway.Cli.Hosting;

/// <summary>The options that name a configuration, and its loading.</summary>
internal sealed class ConfigArguments
{
    public Option<string?> File { get; } = new("--config")
    {
        Description = "The configuration file (LEEWAY_CONFIG; leeway.yaml in this folder if it is there).",
        HelpName = "FILE",
    };

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "A setting that wins over file and environment; may be repeated.",
        HelpName = "path=value",
        AllowMultipleArgumentsPerToken = false,
    };

    public void AddTo(Command command)
    {
        command.Add(File);
        command.Add(Set);
    }

    public ConfigSources Sources(Shell shell, ParseResult parsed) => Sources(shell, parsed.GetValue(File), parsed.GetValue(Set) ?? []);

    public static ConfigSources Sources(Shell shell, string? file, IEnumerable<string> settings)
    {
        Dictionary<string, string> overrides = new(StringComparer.Ordinal);
        foreach (string setting in settings)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new CliFailure(ExitCode.Usage, $"--set: '{setting}' is not path=value.", "Write for instance --set server.listen=127.0.0.1:9000.");
            }

            overrides[setting[..equals]] = setting[(equals + 1)..];
        }

        return new ConfigSources { File = file, Folder = shell.Surroundings.Folder, Environment = shell.Surroundings.Variables, Overrides = overrides };
    }

    /// <summary>The configuration, its warnings told.</summary>
    /// <exception cref="CliFailure">It has errors, all of which were told.</exception>
    public static ConfigResult Load(Shell shell, ConfigSources sources)
    {
        ConfigResult result = ConfigLoader.Load(sources);
        Tell(shell, result);
        int errors = result.Problems.Count(problem => problem.Severity == ConfigSeverity.Error);
        return errors == 0
            ? result
            : throw new CliFailure(ExitCode.ConfigInvalid, $"The configuration has {errors} error{(errors == 1 ? "" : "s")}; nothing was started.", "'leeway config check' repeats them; 'leeway config schema' lists every key.")
            {
                Code = "config_invalid",
            };
    }

    public static void Tell(Shell shell, ConfigResult result)
    {
        foreach (ConfigProblem problem in result.Problems)
        {
            shell.Say($"{(problem.Severity == ConfigSeverity.Error ? "error" : "warning")}: {problem}");
        }
    }
}
