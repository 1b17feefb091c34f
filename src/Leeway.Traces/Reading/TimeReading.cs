using System.Globalization;
using Leeway.Traces.Columns;
using Leeway.Traces.Database;

namespace Leeway.Traces.Reading;

/// <summary>How one column tells time: as text, as a timestamp, or as a number of some unit.</summary>
/// <param name="Micros">Expression: microseconds since 1970, null when unreadable.</param>
/// <param name="Zone">Expression: 0 without a zone, 1 UTC, 2 another offset.</param>
/// <param name="Unit">For people; null for text and timestamps.</param>
/// <param name="IsRelative">Whether it counts from the trace's own start.</param>
internal sealed record TimeReading(string Micros, string Zone, string? Unit, bool IsRelative)
{
    private const int Sample = 2000;

    /// <summary>Looks at the first rows.</summary>
    public static TimeReading Of(TraceDatabase database, string relation, bool isText, MapEntry entry, KnownFormat? format)
    {
        SeenColumn column = entry.Column!;
        if (column.IsTimestamp && !isText)
        {
            return new TimeReading($"epoch_us({column.Expression})", column.Type.Contains("TIME ZONE", StringComparison.Ordinal) ? "1" : "0", null, false);
        }

        long values = 0, numbers = 0;
        double largest = 0;
        database.Read(
            $"SELECT count(*), count(try_cast(c AS DOUBLE)), coalesce(max(abs(try_cast(c AS DOUBLE))), 0) FROM (SELECT {column.Expression} AS c FROM {relation} WHERE c IS NOT NULL LIMIT {Sample})",
            row => (values, numbers, largest) = (row.GetInt64(0), row.GetInt64(1), row.GetDouble(2)));
        if (entry.Unit is null && (numbers * 2 < values || values == 0))
        {
            return OfText(column.Expression);
        }

        string unit = entry.Unit ?? TimeUnit.OfEpoch(largest) ?? format?.RelativeUnit ?? "s";
        bool relative = TimeUnit.IsRelative(unit, largest);
        string factor = TimeUnit.Micros(unit).ToString(CultureInfo.InvariantCulture);

        // Whole numbers of nanoseconds have more digits than a double.
        string micros = $"coalesce(CAST(try_cast({column.Expression} AS HUGEINT) * {factor} AS BIGINT), try_cast(try_cast({column.Expression} AS DOUBLE) * {factor} AS BIGINT))";
        if (unit == "s")
        {
            micros = $"try_cast(round(try_cast({column.Expression} AS DECIMAL(24, 9)) * 1000000) AS BIGINT)";
        }

        return new TimeReading(micros, "1", relative ? $"{unit} from the trace's start" : $"{unit} since 1970", relative);
    }

    // A cast to a plain timestamp drops the offset, so text with one takes the slower way.
    private static TimeReading OfText(string text)
    {
        string offset = $"(length({text}) > 19 AND (contains(right({text}, 6), '+') OR contains(right({text}, 6), '-')))";
        return new TimeReading(
            $"CASE WHEN {offset} THEN epoch_us(try_cast({text} AS TIMESTAMPTZ)) ELSE epoch_us(try_cast({text} AS TIMESTAMP)) END",
            $"CASE WHEN {offset} THEN 2 WHEN right({text}, 1) = 'Z' OR right({text}, 3) = 'UTC' THEN 1 ELSE 0 END",
            null,
            false);
    }
}
