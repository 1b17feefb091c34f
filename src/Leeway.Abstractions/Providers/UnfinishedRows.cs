namespace Leeway;

/// <summary>What becomes of the rows of a batch that ends before all have run.</summary>
public enum UnfinishedRows
{
    /// <summary>What ran is kept and billed, the rest is told row by row or is missing.</summary>
    PartKept,

    /// <summary>Nothing comes back.</summary>
    NothingKept,

    /// <summary>It does not happen at this vendor.</summary>
    Never,
}
