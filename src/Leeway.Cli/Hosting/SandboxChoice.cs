namespace Leeway.Cli.Hosting;

/// <summary>How the simulated provider behaves, when one is needed.</summary>
/// <param name="Law">Turnaround of its batches: instant, healthy, degraded or stall.</param>
/// <param name="Seed">Of everything it draws.</param>
/// <param name="TimeScale">Seconds on its clock per second here.</param>
/// <param name="Flex">Room in its flex tier: open, closed, 0.6 or 0.6/0.1; null is always, at no delay.</param>
internal sealed record SandboxChoice(string Law, int Seed, double TimeScale, string? Flex = null)
{
    public static readonly string[] Laws = ["instant", "healthy", "degraded", "stall"];
}
