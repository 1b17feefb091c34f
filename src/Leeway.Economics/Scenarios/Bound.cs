namespace Leeway.Economics.Scenarios;

/// <summary>Which end of what is only known within bounds.</summary>
public enum Bound
{
    /// <summary>Every discount at its largest, every delay at its shortest.</summary>
    Cheapest,
    Dearest,
}
