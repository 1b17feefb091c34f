namespace Leeway.Files;

/// <summary>Bounds of a batch file.</summary>
/// <param name="Lines">Lines it may have.</param>
/// <param name="LineBytes">Bytes of one line.</param>
/// <param name="Depth">Levels of nesting in a body.</param>
public sealed record BatchFileLimits(int Lines, int LineBytes, int Depth)
{
    /// <summary>Those of the configuration.</summary>
    public static BatchFileLimits Of(LimitsConfig limits) =>
        new(limits.BatchLines, (int)Math.Min(limits.LineBytes, Array.MaxLength), limits.Depth);
}
