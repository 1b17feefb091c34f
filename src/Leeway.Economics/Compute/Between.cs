namespace Leeway.Economics.Compute;

/// <summary>A figure that is only known within bounds, such as a spot discount; a sure one has both the same.</summary>
public readonly record struct Between(decimal From, decimal To)
{
    public bool IsSure => From == To;

    public static Between Exactly(decimal value) => new(value, value);
}
