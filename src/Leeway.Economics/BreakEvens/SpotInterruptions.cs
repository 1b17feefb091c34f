namespace Leeway.Economics.BreakEvens;

/// <summary>How often a spot instance is taken away, and what that costs in time. All times in hours.</summary>
/// <param name="PerHour">λ: interruptions per hour of running, arriving at random (Poisson).</param>
/// <param name="CheckpointEveryHours">τ: work between checkpoints.</param>
/// <param name="CheckpointHours">c: time to write one.</param>
/// <param name="RestartHours">r: charged time until work goes on after an interruption.</param>
public sealed record SpotInterruptions(decimal PerHour, decimal CheckpointEveryHours, decimal CheckpointHours, decimal RestartHours)
{
    /// <summary>
    /// The expected time for τ of work under memoryless failures, divided by τ: J. T. Daly, "A higher order estimate of the optimum
    /// checkpoint interval for restart dumps", FGCS 22 (2006).
    /// </summary>
    public const string Formula = "(1/λ + r)·(e^(λ(τ+c)) − 1)/τ";

    // A segment that takes e^20 times its length on average never completes in practice.
    private const double MostExponent = 20;

    // Below it the exponential is its first two terms to twelve digits, and 1/λ would cost more digits than it gives.
    private const decimal RareExponent = 0.000001m;

    /// <summary>Whether a segment between two checkpoints completes within any reasonable time.</summary>
    public bool CanFinish => (double)(PerHour * (CheckpointEveryHours + CheckpointHours)) <= MostExponent;

    /// <summary>Charged hours per hour of work: (1/λ + r)·(e^(λ(τ+c)) − 1)/τ; (τ+c)/τ without interruptions.</summary>
    /// <exception cref="OverflowException">A segment is so long that it practically never completes.</exception>
    public decimal Stretch
    {
        get
        {
            decimal segment = CheckpointEveryHours + CheckpointHours;
            decimal exponent = PerHour * segment;
            if (exponent < RareExponent)
            {
                return ((segment * (1 + (exponent / 2))) + (RestartHours * exponent)) / CheckpointEveryHours;
            }

            return !CanFinish
                ? throw new OverflowException($"A segment of {segment} h with {PerHour} interruptions an hour practically never completes.")
                : ((1 / PerHour) + RestartHours) * (decimal)double.ExpM1((double)exponent) / CheckpointEveryHours;
        }
    }

    /// <summary>The interval between checkpoints that wastes least, to first order: √(2c/λ) (J. W. Young, CACM 17 (1974)); null without interruptions.</summary>
    public decimal? BestInterval => PerHour == 0 ? null : (decimal)Math.Sqrt((double)(2 * CheckpointHours / PerHour));

    /// <summary>Spot pays from this discount on: 1 − 1/<see cref="Stretch"/>, since the hours are 1 − d as dear and Stretch times as many.</summary>
    public decimal BreakEvenDiscount => 1 - (1 / Stretch);
}
