namespace Leeway.Sandbox.Faults;

/// <summary>The names of the faults in JSON and on the command line.</summary>
public static class FaultNames
{
    private static readonly string[] s_names =
    [
        "rate_limit", "insufficient_quota", "server_error", "slow_first_byte",
        "stream_cut", "stream_stall", "stream_garbage", "stream_error_after_200",
        "create_lost", "create_lost_before", "create_late", "upload_lost",
        "rows_dropped", "rows_doubled", "rows_corrupted", "rows_foreign", "row_error",
        "expire", "token_limit_exceeded", "flex_refused", "webhook_lost", "webhook_doubled", "blocked", "cold_refused", "messages_doubled",
    ];

    public static IReadOnlyList<string> All => s_names;

    public static string NameOf(FaultKind kind) => s_names[(int)kind];

    public static bool TryParse(string name, out FaultKind kind)
    {
        var index = Array.IndexOf(s_names, name);
        kind = (FaultKind)Math.Max(index, 0);
        return index >= 0;
    }
}
