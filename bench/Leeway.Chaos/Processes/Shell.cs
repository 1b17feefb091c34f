using System.Diagnostics;
using System.Globalization;

namespace Leeway.Chaos.Processes;

/// <summary>Small programs that are run to their end.</summary>
internal static class Shell
{
    /// <summary>Runs a program; what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        (int code, string output) = await TryAsync(program, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {code}:\n{output}");
    }

    /// <summary>Runs a program; its exit code and what it wrote.</summary>
    public static async Task<(int Code, string Output)> TryAsync(string program, params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        // What it started may hold on to its streams.
        await Task.WhenAny(Task.WhenAll(output, errors), Task.Delay(TimeSpan.FromSeconds(2)));
        return (process.ExitCode, (output.IsCompleted ? await output : "") + (errors.IsCompleted ? await errors : ""));
    }

    /// <summary>Sends a signal to a process, by its name without SIG.</summary>
    public static Task SignalAsync(int process, string signal) => TryAsync("kill", $"-{signal}", process.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether a program can be found.</summary>
    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin").Any(folder => File.Exists(Path.Combine(folder, program)));
}
