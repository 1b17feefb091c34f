namespace Leeway.Storage.Sql;

/// <summary>What one node tells the others in passing, where the database carries it. It may be lost: whoever must know also looks.</summary>
internal enum StorageHint
{
    /// <summary>A request ended whose work is another node's.</summary>
    Ends = 1,

    /// <summary>A key was made or changed.</summary>
    Keys = 2,
}
