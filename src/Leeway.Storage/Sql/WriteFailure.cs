namespace Leeway.Storage.Sql;

/// <summary>What a failed transaction means for those whose writes were in it.</summary>
internal enum WriteFailure
{
    /// <summary>The database refuses something that was in it, and would again.</summary>
    Refused,

    /// <summary>Another node was in the way: the same may succeed at once.</summary>
    Conflict,

    /// <summary>The connection is gone, and nothing was written: the same may succeed on another one.</summary>
    Lost,

    /// <summary>The connection is gone, and whether the transaction was committed cannot be asked now.</summary>
    InDoubt,

    /// <summary>The database cannot be reached or has no room: nothing can be written now.</summary>
    Unavailable,
}
