namespace Leeway.Traces.Reading;

/// <summary>Why a row is in no figure.</summary>
internal enum RowReason
{
    Used = 0,
    NoTime = 1,
    NoTokens = 2,
    NotFinite = 3,
    Negative = 4,
    Enormous = 5,
    NoRequests = 6,
}

/// <summary>The reasons in words.</summary>
internal static class RowReasons
{
    /// <summary>More tokens than any model takes; beyond it a figure is a mistake, and one of them would outweigh all else.</summary>
    public const long MostTokens = 10_000_000;

    public static string Words(RowReason reason) => reason switch
    {
        RowReason.NoTime => "no readable time",
        RowReason.NoTokens => "no readable number of tokens",
        RowReason.NotFinite => "a number of tokens that is NaN or infinite",
        RowReason.Negative => "a negative number of tokens",
        RowReason.Enormous => FormattableString.Invariant($"more than {MostTokens:#,0} tokens in one request"),
        _ => "sums over no requests",
    };
}
