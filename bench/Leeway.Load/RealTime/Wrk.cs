using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Leeway.Load.Serving;

namespace Leeway.Load.RealTime;

/// <summary>One run of wrk.</summary>
/// <param name="Requests">Requests answered.</param>
/// <param name="PerSecond">Of them per second.</param>
/// <param name="MedianMicroseconds">Half of the answers took at most this.</param>
/// <param name="Trouble">wrk's words on errors; null when there was none.</param>
internal sealed record WrkResult(long Requests, double PerSecond, double MedianMicroseconds, string? Trouble);

/// <summary>Runs wrk, one thread, with the bench's request.</summary>
internal sealed partial class Wrk
{
    private readonly string _script;

    public Wrk(string folder)
    {
        _script = Path.Combine(folder, "post.lua");
        File.WriteAllText(_script, $"""
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/json"
            wrk.headers["Authorization"] = "Bearer sk-bench-0123456789abcdef0123456789abcdef"
            wrk.body = [==[{Encoding.UTF8.GetString(Wire.Request)}]==]
            """);
    }

    public async Task<WrkResult> RunAsync(Uri server, int connections, int seconds)
    {
        string[] args = ["-t1", $"-c{connections}", $"-d{seconds}s", "--latency", "-s", _script, new Uri(server, Wire.Path).AbsoluteUri];
        using Process process = Process.Start(new ProcessStartInfo("wrk", args) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Match trouble = TroubleLine().Match(output);
        return new WrkResult(
            long.Parse(Requests().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture),
            double.Parse(Rate().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture),
            Micros(Median().Match(output)),
            trouble.Success ? trouble.Value.Trim() : null);
    }

    private static double Micros(Match match) => double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * match.Groups[2].Value switch
    {
        "us" => 1,
        "ms" => 1000,
        _ => 1_000_000,
    };

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Median();

    [GeneratedRegex(@"(Socket errors|Non-2xx).*")]
    private static partial Regex TroubleLine();
}
