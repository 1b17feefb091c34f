using System.Collections.Concurrent;
using System.Diagnostics;

namespace Leeway.Chaos.Processes;

/// <summary>One process of a node from its start to its end, and whether it was meant to end.</summary>
internal sealed class NodeLife(Process process, int node, string log) : IDisposable
{
    private const int TailBytes = 4000;

    private volatile bool _isToldToEnd;

    public Process Process => process;

    public bool HasExited => process.HasExited;

    /// <summary>Whether it was ready once.</summary>
    public bool WasReady { get; set; }

    /// <summary>Says that it is about to be ended, so that its end is no news.</summary>
    public void Tell() => _isToldToEnd = true;

    /// <summary>Waits for the end, and notes one that nobody asked for.</summary>
    public async Task WatchAsync(ConcurrentQueue<NodeExit> exits)
    {
        await process.WaitForExitAsync();
        if (!_isToldToEnd)
        {
            exits.Enqueue(new NodeExit(node, TimeProvider.System.GetUtcNow(), process.ExitCode, WasReady, await TailAsync()));
        }
    }

    public void Dispose() => process.Dispose();

    private async Task<string> TailAsync()
    {
        await using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(-Math.Min(TailBytes, file.Length), SeekOrigin.End);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync();
    }
}
