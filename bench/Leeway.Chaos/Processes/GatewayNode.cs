using System.Collections.Concurrent;
using System.Diagnostics;

namespace Leeway.Chaos.Processes;

/// <summary>One gateway, the real executable, that is killed, paused and started again on the same folder and ports.</summary>
internal sealed class GatewayNode : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _admin = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1) }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly NodeClock _clock;
    private readonly ConcurrentQueue<NodeLife> _lives = new();
    private NodeLife? _life;

    public GatewayNode(int number, string folder, NodeClock clock)
    {
        (Number, Folder, _clock) = (number, folder, clock);
        Directory.CreateDirectory(DataFolder);
        (Url, AdminUrl) = (new Uri($"http://127.0.0.1:{Ports.Take()}"), new Uri($"http://127.0.0.1:{Ports.Take()}"));
    }

    public int Number { get; }

    /// <summary>Its configuration and its log.</summary>
    public string Folder { get; }

    public string DataFolder => Path.Combine(Folder, "data");

    public string ConfigFile => Path.Combine(Folder, "leeway.yaml");

    public string LogFile => Path.Combine(Folder, "gateway.log");

    public Uri Url { get; }

    public Uri AdminUrl { get; }

    /// <summary>Whether the process runs, or is paused.</summary>
    public bool IsUp => _life is { HasExited: false };

    /// <summary>Every time the process ended without being told to.</summary>
    public ConcurrentQueue<NodeExit> Exits { get; } = new();

    /// <summary>Held by whoever kills, pauses or stops it.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Starts the process without waiting for what becomes of it.</summary>
    public void Start()
    {
        // The shell becomes the gateway; its log is a file, so that a paused reader holds nothing up.
        string[] arguments = ["-c", "exec dotnet \"$0\" serve --config \"$1\" >> \"$2\" 2>&1", Path.Combine(AppContext.BaseDirectory, "Leeway.Cli.dll"), ConfigFile, LogFile];
        var start = new ProcessStartInfo("sh", arguments) { WorkingDirectory = Folder };
        start.Environment["DOTNET_TieredPGO"] = "0";
        _clock.AddTo(start.Environment);
        var life = new NodeLife(Process.Start(start)!, Number, LogFile);
        _lives.Enqueue(life);
        _life = life;
        _ = life.WatchAsync(Exits);
    }

    /// <summary>Starts it, again if it ends, until it is ready.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> StartUntilReadyAsync(TimeSpan patience)
    {
        long begun = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync())
        {
            if (!IsUp)
            {
                Start();
            }

            if (Stopwatch.GetElapsedTime(begun) > patience)
            {
                throw new InvalidOperationException($"Node {Number} is not ready after {patience}: see {LogFile}.");
            }

            await Task.Delay(Step);
        }

        _life!.WasReady = true;
        return Stopwatch.GetElapsedTime(begun);
    }

    /// <summary>The same, once nobody else has it in hand.</summary>
    public async Task BringUpAsync(TimeSpan patience)
    {
        await Gate.WaitAsync();
        try
        {
            await StartUntilReadyAsync(patience);
        }
        finally
        {
            Gate.Release();
        }
    }

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage answer = await _admin.GetAsync(new Uri(AdminUrl, "/health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or IOException)
        {
            return false;
        }
    }

    /// <summary>SIGKILL, also when it is paused.</summary>
    public async Task KillAsync()
    {
        if (_life is { HasExited: false } life)
        {
            life.Tell();
            life.Process.Kill();
            await life.Process.WaitForExitAsync();
        }
    }

    public Task PauseAsync() => SignalAsync("STOP");

    public Task ResumeAsync() => SignalAsync("CONT");

    /// <summary>SIGTERM, and a kill when that takes longer than <paramref name="patience"/>.</summary>
    /// <returns>Whether it went by itself.</returns>
    public async Task<bool> StopAsync(TimeSpan patience)
    {
        if (_life is not { HasExited: false } life)
        {
            return true;
        }

        life.Tell();
        await SignalAsync("TERM");
        using var enough = new CancellationTokenSource(patience);
        try
        {
            await life.Process.WaitForExitAsync(enough.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        foreach (NodeLife life in _lives)
        {
            life.Dispose();
        }

        _admin.Dispose();
        Gate.Dispose();
    }

    private Task SignalAsync(string signal) => _life is { HasExited: false } life ? Shell.SignalAsync(life.Process.Id, signal) : Task.CompletedTask;
}
