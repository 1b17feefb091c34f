namespace Leeway.Economics.Scenarios;

/// <summary>The most that a scenario may hold. Beyond them a figure is a mistake in the unit, and decimals could overflow.</summary>
public static class ScenarioLimits
{
    public const decimal RequestsPerDay = 1_000_000_000_000m;
    public const long TokensPerRequest = 1_000_000_000;
    public const decimal Usd = 1_000_000_000_000m;
    public const int Instances = 1_000_000;
    public const decimal Seconds = 1_000_000m;
    public const decimal Gigabytes = 100_000m;
}
