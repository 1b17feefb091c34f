using Leeway.Gateway.Tests.Crash.Support;

namespace Leeway.Gateway.Tests.Crash;

/// <summary>One kill at one named point, and what must hold after the restart.</summary>
internal static class FailPointCrash
{
    /// <param name="point">A name, or a name and which of its passes.</param>
    /// <param name="count">Requests; all go into one batch.</param>
    /// <param name="then">What must hold besides.</param>
    public static async Task RunAsync(string point, int count = 40, Action<CrashSite>? then = null)
    {
        await using CrashSite site = await CrashSite.CreateAsync(CrashSite.Eager(count));
        await site.StartAsync(point);
        await site.RegisterWebhookAsync();
        Task sending = site.SendAsync(0, count);
        await site.DiesAsync(point);

        await site.StartAsync();
        await sending;
        await site.SettlesAsync();
        await Verdict.EachEndedOnceWithItsOwnAnswerAsync(site, count);
        await Verdict.EachWasToldUnderOneIdAsync(site);
        await Verdict.NothingWasPaidTwiceAsync(site);
        then?.Invoke(site);
    }
}
