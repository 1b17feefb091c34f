using System.Diagnostics;

namespace Leeway.Gateway.Tests.Crash.Support;

/// <summary>Waits for what another process will bring about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(40);

    public static Task HoldsAsync(Func<Task<bool>> condition, Func<string> explain) => HoldsAsync(condition, explain, TimeSpan.Zero);

    /// <summary>The same for what may begin only after a while.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> explain, TimeSpan after)
    {
        long began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < after + Patience, explain());
            await Task.Delay(Step, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
