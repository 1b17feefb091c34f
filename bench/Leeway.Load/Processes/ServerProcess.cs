using System.Diagnostics;
using System.Globalization;
using Leeway.Load.Serving;

namespace Leeway.Load.Processes;

/// <summary>A server that the bench started and ends.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;

    private ServerProcess(string name, Process process, Uri address, Uri? admin) => (Name, _process, Address, Admin) = (name, process, address, admin);

    public string Name { get; }

    public Uri Address { get; }

    /// <summary>Leeway's second listener.</summary>
    public Uri? Admin { get; }

    public int Id => _process.Id;

    public double CpuSeconds => ProcessCpu.Seconds(_process.Id);

    /// <summary>Starts this program in a serving mode and waits until it listens.</summary>
    public static Task<ServerProcess> StartSelfAsync(string name, params string[] args) => StartAsync(name, new ProcessStartInfo(Environment.ProcessPath!, args));

    /// <summary>The same, <see cref="Behind"/> the others.</summary>
    public static Task<ServerProcess> StartBehindAsync(string name, params string[] args) => StartAsync(name, Behind(args));

    /// <summary>This program, for what would have a machine of its own: on Linux it runs only when nothing else wants the processor (SCHED_IDLE).</summary>
    public static ProcessStartInfo Behind(params string[] args) =>
        OperatingSystem.IsLinux() ? new ProcessStartInfo("chrt", ["--idle", "0", Environment.ProcessPath!, .. args]) : new ProcessStartInfo(Environment.ProcessPath!, args);

    private static async Task<ServerProcess> StartAsync(string name, ProcessStartInfo start)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        Process process = Process.Start(start)!;
        Uri? admin = null;
        using var patience = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("admin ", StringComparison.Ordinal))
            {
                admin = new Uri(line[6..]);
            }
            else if (line.StartsWith(Served.Ready, StringComparison.Ordinal))
            {
                return new ServerProcess(name, process, new Uri(line[Served.Ready.Length..]), admin);
            }
        }

        throw new InvalidOperationException($"{name} did not start.");
    }

    /// <summary>Starts another program that will listen on <paramref name="address"/>.</summary>
    public static async Task<ServerProcess> StartOtherAsync(string name, ProcessStartInfo start, Uri address)
    {
        Process process = Process.Start(start)!;
        long begun = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(address))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(begun) > Patience)
            {
                throw new InvalidOperationException($"{name} did not start.");
            }

            await Task.Delay(50);
        }

        return new ServerProcess(name, process, address, null);
    }

    /// <summary>Holds it where it is (SIGSTOP) until <see cref="ContinueAsync"/>; callers wait.</summary>
    public Task PauseAsync() => SignalAsync("-STOP");

    /// <summary>Ends <see cref="PauseAsync"/>.</summary>
    public Task ContinueAsync() => SignalAsync("-CONT");

    private async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process.StartInfo.RedirectStandardInput)
        {
            _process.StandardInput.Close();
        }
        else
        {
            // SIGTERM: a kill would leave nginx's workers behind.
            await SignalAsync("-TERM");
        }

        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static async Task<bool> AnswersAsync(Uri address)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        try
        {
            await socket.ConnectAsync(address.Host, address.Port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
