namespace Leeway.Advisor.Profile;

/// <summary>What was read.</summary>
public sealed record TraceSource
{
    /// <summary>Each file, or the gateway's address.</summary>
    public required IReadOnlyList<TraceFileRead> Files { get; init; }

    /// <summary>Rows found. Every one is either in <see cref="RowsUsed"/> or in <see cref="SetAside"/>.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows that the profile is made of.</summary>
    public required long RowsUsed { get; init; }

    /// <summary>Rows left out, by reason.</summary>
    public required IReadOnlyList<RowsSetAside> SetAside { get; init; }

    /// <summary>What a reader of the figures should know about the data.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>One file and its columns.</summary>
/// <param name="Path">As given.</param>
/// <param name="Format">Such as <c>csv</c>, <c>litellm spend logs</c>.</param>
/// <param name="Columns">How its columns were understood.</param>
/// <param name="Unused">The columns that nothing was made of.</param>
public sealed record TraceFileRead(string Path, string Format, IReadOnlyList<MappedColumn> Columns, IReadOnlyList<string> Unused);

/// <summary>What one column was taken for.</summary>
/// <param name="Field">A word of <c>--map</c>.</param>
/// <param name="Column">The column, nested names joined by dots, or a constant.</param>
/// <param name="Type">Its type, and for a number that tells time its unit.</param>
/// <param name="Given">True when the caller said so, false when it was guessed.</param>
public sealed record MappedColumn(string Field, string Column, string Type, bool Given);

/// <summary>Rows that are in no figure.</summary>
/// <param name="Reason">Why, in words.</param>
/// <param name="Rows">How many.</param>
/// <param name="Example">One of the values; null when there was none.</param>
public sealed record RowsSetAside(string Reason, long Rows, string? Example);
