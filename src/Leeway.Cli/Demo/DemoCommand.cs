using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Leeway.Cli.Demo;

/// <summary><c>leeway demo</c>: a gateway over a simulated provider on a fast clock, with traffic to watch.</summary>
internal static class DemoCommand
{
    /// <param name="json">The command line's own <c>--json</c>.</param>
    /// <param name="stdout">The live view or the summary.</param>
    /// <param name="stderr">Progress and notes.</param>
    /// <param name="isTerminal">Whether <paramref name="stdout"/> is one.</param>
    public static Command Create(Option<bool> json, TextWriter stdout, TextWriter stderr, bool isTerminal)
    {
        var defaults = new DemoOptions();
        var once = new Option<bool>("--once") { Description = "Run the traffic of --hours, wait for every end, print a summary and stop." };
        var hours = new Option<double>("--hours") { Description = "Hours of traffic on the demo's clock, with --once.", DefaultValueFactory = _ => defaults.Hours };
        var scale = new Option<double>("--scale") { Description = "Seconds on the demo's clock per second here.", DefaultValueFactory = _ => defaults.Scale };
        var seed = new Option<int>("--seed") { Description = "Of the traffic and the simulated provider.", DefaultValueFactory = _ => defaults.Seed };
        var duration = new Option<TimeSpan?>("--duration")
        {
            Description = "Stop after this time here, such as 90s or 5m; without it at Ctrl-C.",
            HelpName = "TIME",
            CustomParser = ReadDuration,
        };
        var data = new Option<string?>("--data") { Description = "Keep the gateway's data in this folder, new or empty; without it they are deleted.", HelpName = "FOLDER" };
        Positive(hours, 24);
        Positive(scale, 3600);
        var command = new Command("demo", "Watch a gateway save money on simulated traffic: no key, no cost, a fast clock.") { once, hours, scale, seed, duration, data };
        command.SetAction((parsed, cancellationToken) => DemoRun.RunAsync(
            new DemoOptions
            {
                Once = parsed.GetValue(once),
                Json = parsed.GetValue(json),
                Hours = parsed.GetValue(hours),
                Scale = parsed.GetValue(scale),
                Seed = parsed.GetValue(seed),
                Duration = parsed.GetValue(duration),
                Data = parsed.GetValue(data),
                IsTerminal = isTerminal,
            },
            stdout,
            stderr,
            cancellationToken));
        return command;
    }

    private static void Positive(Option<double> option, double max) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<double>() is not (> 0 and var value) || value > max)
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} must be above 0 and at most {max}."));
        }
    });

    private static TimeSpan? ReadDuration(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        (string digits, double seconds) = text.Length == 0 ? ("", 1) : text[^1] switch
        {
            's' => (text[..^1], 1d),
            'm' => (text[..^1], 60d),
            'h' => (text[..^1], 3600d),
            _ => (text, 1d),
        };
        if (double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number > 0 && number * seconds < 864_000)
        {
            return TimeSpan.FromSeconds(number * seconds);
        }

        result.AddError($"'{text}' is no time; write 90s, 5m or 1h.");
        return null;
    }
}
