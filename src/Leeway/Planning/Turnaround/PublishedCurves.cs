namespace Leeway.Planning.Turnaround;

/// <summary>
/// What a deployment is said to be like until it changes by something that matters. Curves and bounds are made when they are first asked for
/// and only replaced with the whole.
/// </summary>
internal sealed class PublishedCurves(TurnaroundRegime regime, double[] survival, bool isLearnt)
{
    private readonly SurvivalCurve?[] _curves = new SurvivalCurve?[TurnaroundSlots.Sizes * TurnaroundSlots.Hours];
    private readonly double[] _bounds = new double[survival.Length];

    /// <summary>The regime.</summary>
    public TurnaroundRegime Regime { get; } = regime;

    /// <summary>Whether enough batches were seen to go by the curves.</summary>
    public bool IsLearnt { get; } = isLearnt;

    /// <summary>What is left of all its batches after each bucket, in this regime.</summary>
    public double[] Survival { get; } = survival;

    /// <summary>The curve of a size and a part of the week, or null when it was not asked for yet.</summary>
    public SurvivalCurve? this[int size, int hours]
    {
        get => Volatile.Read(ref _curves[(size * TurnaroundSlots.Hours) + hours]);
        set => Volatile.Write(ref _curves[(size * TurnaroundSlots.Hours) + hours], value);
    }

    /// <summary>The bound at a bucket; 0 when it was not asked for yet.</summary>
    public double Bound(int bucket) => Volatile.Read(ref _bounds[bucket]);

    /// <summary>Lets every bound be counted anew.</summary>
    public void ForgetBounds() => Array.Clear(_bounds);

    /// <summary>Keeps a bound.</summary>
    public void SetBound(int bucket, double bound) => Volatile.Write(ref _bounds[bucket], bound);
}
