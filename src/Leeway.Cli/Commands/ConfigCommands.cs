using System.CommandLine;
using Leeway.Cli.Hosting;
using Leeway.Gateway.Configuration;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway config check | show | schema</c>.</summary>
internal static class ConfigCommands
{
    public static Command Build(Shell shell) => new("config", "Check and show the configuration.") { Check(shell), Show(shell), Schema(shell) };

    private static Command Check(Shell shell)
    {
        var config = new ConfigArguments();
        var command = new Command("check", "Say everything that is wrong with the configuration.");
        config.AddTo(command);
        command.SetAction(parsed =>
        {
            ConfigResult result = ConfigLoader.Load(config.Sources(shell, parsed));
            if (shell.Json)
            {
                PrintJson(shell, result);
            }
            else
            {
                ConfigArguments.Tell(shell, result);
                string file = result.File ?? "the defaults and the environment";
                shell.Say(result.HasErrors ? $"{file}: invalid." : $"{file}: valid.");
            }

            return result.HasErrors ? ExitCode.ConfigInvalid : ExitCode.Ok;
        });
        return command;
    }

    private static Command Show(Shell shell)
    {
        var config = new ConfigArguments();
        var origin = new Option<bool>("--origin") { Description = "Say where each setting came from." };
        var command = new Command("show", "The configuration in force, secrets hidden.") { origin };
        config.AddTo(command);
        command.SetAction(parsed =>
        {
            ConfigResult result = ConfigArguments.Load(shell, config.Sources(shell, parsed));
            string text = ConfigShow.Render(result, parsed.GetValue(origin));
            if (!shell.Json)
            {
                shell.Out.Write(text);
                return ExitCode.Ok;
            }

            shell.PrintJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("file", result.File);
                json.WriteString("yaml", text);
                json.WriteStartObject("origins");
                foreach ((string path, string where) in result.Origins)
                {
                    json.WriteString(path, where);
                }

                json.WriteEndObject();
                json.WriteEndObject();
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Schema(Shell shell)
    {
        var command = new Command("schema", "The JSON schema of leeway.yaml, for editors.");
        command.SetAction(_ =>
        {
            shell.Out.Write(ConfigSchema.ToJsonSchema());
            return ExitCode.Ok;
        });
        return command;
    }

    private static void PrintJson(Shell shell, ConfigResult result) => shell.PrintJson(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("valid", !result.HasErrors);
        json.WriteString("file", result.File);
        json.WriteStartArray("problems");
        foreach (ConfigProblem problem in result.Problems)
        {
            json.WriteStartObject();
            json.WriteString("severity", problem.Severity == ConfigSeverity.Error ? "error" : "warning");
            json.WriteString("file", problem.File);
            json.WriteNumber("line", problem.Line);
            json.WriteNumber("column", problem.Column);
            json.WriteString("path", problem.Path);
            json.WriteString("message", problem.Message);
            json.WriteString("hint", problem.Hint);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
