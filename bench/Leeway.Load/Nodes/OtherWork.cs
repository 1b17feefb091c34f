using System.Security.Cryptography;
using Leeway.Load.Processes;
using Leeway.Load.Serving;

namespace Leeway.Load.Nodes;

/// <summary>
/// Keeps every processor busy with something that has nothing to do with Leeway, and that gives way to whatever else wants to run: what a call then
/// takes longer than on an idle machine, it takes whoever does the batch work.
/// </summary>
internal sealed class OtherWork : IAsyncDisposable
{
    private const int Bytes = 256 * 1024;

    private readonly ServerProcess _process;

    private OtherWork(ServerProcess process) => _process = process;

    public static async Task<OtherWork> StartAsync() => new(await ServerProcess.StartBehindAsync("other work", "serve-other"));

    /// <summary>The process, until its input ends.</summary>
    public static async Task<int> RunAsync()
    {
        using var stop = new CancellationTokenSource();
        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => Work(stop.Token)))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        await Served.UntilInputEndsAsync(new Uri("about:blank"));
        await stop.CancelAsync();
        return 0;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static void Work(CancellationToken stop)
    {
        byte[] text = new byte[Bytes];
        while (!stop.IsCancellationRequested)
        {
            SHA256.HashData(text, text);
        }
    }
}
