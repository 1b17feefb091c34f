using System.Diagnostics;

namespace Leeway.Load.Processes;

/// <summary>The Debian packages that the bench compares with.</summary>
internal static class Packages
{
    /// <summary>Installs what is missing.</summary>
    public static async Task EnsureAsync(params string[] programs)
    {
        string[] missing = [.. programs.Where(static program => !IsThere(program))];
        if (missing.Length == 0)
        {
            return;
        }

        await InstallAsync(missing);
    }

    /// <summary>Installs packages.</summary>
    public static async Task InstallAsync(params string[] packages)
    {
        await RunAsync("apt-get", "update");
        await RunAsync("apt-get", ["install", "-y", "--no-install-recommends", .. packages]);
    }

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, program)));

    private static async Task RunAsync(string program, params string[] args)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', args)} failed.");
        }
    }
}
