using Leeway.Chaos.Processes;

namespace Leeway.Chaos;

/// <summary>Starts nodes again that ended by themselves, as whatever runs them in production would. Those that are down by plan are their troublemaker's.</summary>
internal sealed class Supervisor(IReadOnlyList<GatewayNode> nodes)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(15);

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(nodes.Select(node => KeepUpAsync(node, stop)));

    private static async Task KeepUpAsync(GatewayNode node, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Step, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (node.IsUp || stop.IsCancellationRequested || !await node.Gate.WaitAsync(TimeSpan.Zero, CancellationToken.None))
            {
                continue;
            }

            try
            {
                await node.StartUntilReadyAsync(StartPatience);
            }
            catch (InvalidOperationException)
            {
                // The end of the run tells that it is down.
            }
            finally
            {
                node.Gate.Release();
            }
        }
    }
}
