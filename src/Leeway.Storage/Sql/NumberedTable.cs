namespace Leeway.Storage.Sql;

/// <summary>Tables whose rows are numbered as they come, and are named by these numbers within the same transaction.</summary>
internal enum NumberedTable
{
    /// <summary>Bodies of requests.</summary>
    Bodies,

    /// <summary>Texts of plans.</summary>
    Plans,
}
