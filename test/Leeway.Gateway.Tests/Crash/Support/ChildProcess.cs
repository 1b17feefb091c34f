using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Leeway.Gateway.Tests.Crash.Support;

/// <summary>The real executable as a process of its own, so that it can be killed as a power cut would.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>How .NET tells an end by SIGKILL: 128 and the signal's number.</summary>
    public const int Killed = 128 + 9;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private ChildProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it wrote to both streams up to now.</summary>
    public string Output => string.Join('\n', _lines);

    public bool HasExited => _process.HasExited;

    /// <summary>Starts <c>leeway</c> with arguments in a folder; it dies at <paramref name="failPoint"/>, when one is named.</summary>
    public static ChildProcess Start(string folder, IEnumerable<string> arguments, string? failPoint = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Leeway.Cli.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["LEEWAY_FAILPOINT"] = failPoint ?? "";
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new ChildProcess(start);
    }

    /// <summary>The most memory it has had resident, in bytes.</summary>
    public long PeakMemory()
    {
        _process.Refresh();
        return _process.PeakWorkingSet64;
    }

    /// <summary>SIGKILL, unless it is over already.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>SIGTERM, as an operator stops it.</summary>
    public async Task TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Its exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The process still runs. It wrote:\n{Output}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
        }
    }
}
