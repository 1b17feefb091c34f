using System.Diagnostics;
using System.Globalization;
using Leeway.Load.Enqueue;
using Leeway.Load.Processes;

namespace Leeway.Load.Nodes;

/// <summary>Deferred calls from a process of its own, which stands for callers on other machines and so runs after what is measured.</summary>
internal static class DeferredLoad
{
    /// <summary>Sends to a node for a while.</summary>
    /// <exception cref="InvalidOperationException">A call was not accepted.</exception>
    public static async Task RunAsync(ServerProcess node, int connections, int seconds)
    {
        using Process load = Process.Start(ServerProcess.Behind("serve-load", node.Address.ToString(), Text(connections), Text(seconds)))!;
        await load.WaitForExitAsync();
        if (load.ExitCode != 0)
        {
            throw new InvalidOperationException($"The load of deferred calls ended with {load.ExitCode}.");
        }
    }

    /// <summary>The process.</summary>
    public static async Task<int> SendAsync(Uri node, int connections, int seconds)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await new HttpEnqueue(connections).SendAsync(node, stop.Token);
        return 0;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
