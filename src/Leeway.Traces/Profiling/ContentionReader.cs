using System.Globalization;
using Leeway.Advisor.Profile;
using Leeway.Traces.Database;

namespace Leeway.Traces.Profiling;

/// <summary>Who fills the busiest minutes, and what it does to the others.</summary>
internal sealed class ContentionReader(TraceDatabase database)
{
    private const int FewestMinutes = 40;
    private const long Minute = 60_000_000;

    /// <summary>Each class's share of the tokens in the busiest twentieth of the minutes that have traffic, and the sum of it; null when there are too few minutes.</summary>
    public (IReadOnlyDictionary<int, double> Shares, Contention? Contention)? Read(ClassTable classes, bool hasLatency)
    {
        database.Run($"CREATE TABLE minutes AS SELECT came // {Minute} AS minute, CAST(sum(input + output) AS BIGINT) AS tokens FROM used GROUP BY 1");
        long minutes = database.Number("SELECT count(*) FROM minutes");
        if (minutes < FewestMinutes)
        {
            return null;
        }

        long bound = database.Number("SELECT quantile_disc(tokens, 0.95) FROM minutes");
        database.Run($"CREATE TABLE busy AS SELECT minute FROM minutes WHERE tokens >= {Text(bound)}");
        var tokens = new Dictionary<int, double>();
        database.Read(
            $"SELECT {classes.Number}, CAST(sum(input + output) AS DOUBLE) FROM {classes.Rows} SEMI JOIN busy ON busy.minute = came // {Minute} GROUP BY 1",
            row => tokens[row.GetInt32(0)] = row.GetDouble(1));
        double all = tokens.Values.Sum();
        if (all <= 0)
        {
            return null;
        }

        Dictionary<int, double> shares = tokens.ToDictionary(pair => pair.Key, pair => pair.Value / all);
        if (classes.Kind == ClassKind.Trace || shares.Keys.All(number => number < 0))
        {
            return (shares, null);
        }

        int first = shares.Where(pair => pair.Key >= 0).MaxBy(pair => pair.Value).Key;
        (double? busy, double? quiet) = hasLatency ? OthersLatency(classes, first) : (null, null);
        return (shares, new Contention(database.Number("SELECT count(*) FROM busy"), bound, classes.Names[first], shares[first], busy, quiet));
    }

    private (double? Busy, double? Quiet) OthersLatency(ClassTable classes, int first)
    {
        double? busy = null, quiet = null;
        database.Read(
            $"""
            SELECT busy.minute IS NOT NULL, CAST(approx_quantile(latency, 0.95) AS DOUBLE) / 1000
            FROM {classes.Rows} LEFT JOIN busy ON busy.minute = came // {Minute} WHERE latency IS NOT NULL AND {classes.Number} <> {Text(first)} GROUP BY 1
            """,
            row => _ = row.GetBoolean(0) ? busy = row.GetDouble(1) : quiet = row.GetDouble(1));
        return (busy, quiet);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
