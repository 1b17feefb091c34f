namespace Leeway.Sandbox.Laws;

/// <summary>How long a batch takes from create to completion.</summary>
/// <remarks>
/// The figures are assumed, not measured: providers publish only the 24 h window. Beyond the window a batch expires, with the rows done by then kept.
/// <list type="bullet">
/// <item><c>instant</c>: complete at the next read.</item>
/// <item><c>healthy</c>: lognormal, median 12 min, sigma 0.9, clipped to 24 h.</item>
/// <item><c>degraded</c>: lognormal, median 90 min, sigma 1.6, not clipped: about 4 % expire with part of their rows done.</item>
/// <item><c>stall</c>: nothing runs; every batch expires after 24 h with no row done.</item>
/// </list>
/// </remarks>
internal sealed record TurnaroundLaw(string Name, TimeSpan Median, double Sigma, bool Clipped)
{
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    private static readonly TurnaroundLaw[] s_all =
    [
        new("instant", TimeSpan.Zero, 0, true),
        new("healthy", TimeSpan.FromMinutes(12), 0.9, true),
        new("degraded", TimeSpan.FromMinutes(90), 1.6, false),
        new("stall", TimeSpan.MaxValue, 0, false),
    ];

    public bool IsInstant => Median == TimeSpan.Zero;

    public bool IsStall => Median == TimeSpan.MaxValue;

    public static TurnaroundLaw Parse(string name) => Array.Find(s_all, law => law.Name == name)
        ?? throw new ArgumentException($"Law '{name}' is unknown; use {string.Join(", ", s_all.Select(law => law.Name))}.", nameof(name));

    /// <summary>Time from create to completion; <see cref="TimeSpan.MaxValue"/> is never.</summary>
    public TimeSpan Draw(SeededRandom random)
    {
        if (IsInstant || IsStall)
        {
            return Median;
        }

        // Ten thousand hours keeps a far tail inside what a TimeSpan holds.
        var drawn = TimeSpan.FromMinutes(Math.Min(random.NextLognormal(Median.TotalMinutes, Sigma), 600_000));
        return Clipped && drawn > Window ? Window : drawn;
    }
}
