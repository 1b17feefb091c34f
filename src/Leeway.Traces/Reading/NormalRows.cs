using System.Globalization;
using Leeway.Traces.Columns;
using Leeway.Traces.Database;

namespace Leeway.Traces.Reading;

/// <summary>The one table that every profile is made of, and how a file's rows get there.</summary>
internal static class NormalRows
{
    /// <summary>Times in microseconds since 1970, latency in milliseconds. Null is what the trace does not tell.</summary>
    public const string Create = """
        CREATE TABLE normal (
            came BIGINT, zone UTINYINT, n BIGINT, input BIGINT, output BIGINT, cached BIGINT, latency BIGINT, ended BIGINT, model VARCHAR, sender VARCHAR,
            route VARCHAR, deferred BOOLEAN, id UBIGINT, prompt UBIGINT, paid DOUBLE, reason UTINYINT, bad VARCHAR)
        """;

    /// <summary>The rows that count.</summary>
    public const string CreateUsed = "CREATE VIEW used AS SELECT * FROM normal WHERE reason = 0";

    // Half a year of latency is a clock's mistake, not an answer's time.
    private const string MostLatencyMs = "15552000000";

    /// <summary>Puts all rows of <paramref name="relation"/> into the table, each with its reason.</summary>
    public static string Insert(string relation, ColumnMap map, TimeReading time, TimeReading? end)
    {
        string most = map[TraceField.Requests] is null ? RowReasons.MostTokens.ToString(CultureInfo.InvariantCulture) : "1e15";
        string latency = map[TraceField.LatencyMs] is not null ? $"try_cast({Number(map, TraceField.LatencyMs)} AS BIGINT)"
            : map[TraceField.Latency] is not null ? $"try_cast(1000 * {Number(map, TraceField.Latency)} AS BIGINT)"
            : end is not null && map[TraceField.Requests] is null ? "(ended - came) // 1000" : "NULL";
        return $"""
            INSERT INTO normal
            SELECT came, zone, coalesce(CAST(n AS BIGINT), 1),
                CASE WHEN reason = 0 THEN CAST(input AS BIGINT) END, CASE WHEN reason = 0 THEN CAST(output AS BIGINT) END,
                CASE WHEN reason = 0 AND isfinite(cached) AND cached > 0 THEN CAST(least(cached, input) AS BIGINT) ELSE 0 END,
                CASE WHEN latency BETWEEN 0 AND {MostLatencyMs} THEN latency END, ended, model, sender, route, deferred, id, prompt,
                CASE WHEN isfinite(paid) AND paid >= 0 THEN paid END, reason,
                CASE reason WHEN 0 THEN NULL WHEN 1 THEN left(time_text, 60) ELSE left(concat(input_text, ', ', output_text), 60) END
            FROM (
                SELECT *, {latency} AS latency, CASE
                    WHEN came IS NULL THEN 1
                    WHEN input IS NULL OR output IS NULL THEN 2
                    WHEN NOT isfinite(input) OR NOT isfinite(output) THEN 3
                    WHEN input < 0 OR output < 0 THEN 4
                    WHEN input > {most} OR output > {most} THEN 5
                    WHEN n IS NOT NULL AND NOT (n >= 1 AND n < 1e15) THEN 6
                    ELSE 0 END AS reason
                FROM (
                    SELECT {time.Micros} AS came, {time.Zone} AS zone, {Text(map, TraceField.Time)} AS time_text,
                        {Number(map, TraceField.Requests)} AS n,
                        {Number(map, TraceField.Input)} AS input, {Text(map, TraceField.Input)} AS input_text,
                        {Number(map, TraceField.Output)} AS output, {Text(map, TraceField.Output)} AS output_text,
                        {Number(map, TraceField.Cached)} AS cached, {end?.Micros ?? "NULL::BIGINT"} AS ended,
                        {Label(map, TraceField.Model)} AS model, {Label(map, TraceField.Sender)} AS sender, {Label(map, TraceField.Route)} AS route,
                        {Deferred(map)} AS deferred, {Hash(map, TraceField.Id)} AS id, {Hash(map, TraceField.Prompt)} AS prompt,
                        {Number(map, TraceField.Paid)} AS paid, {Extra(map)}
                    FROM {relation}))
            """;
    }

    // Latency columns are read one level up, where ended and came exist.
    private static string Extra(ColumnMap map) => string.Join(", ", new[] { TraceField.Latency, TraceField.LatencyMs }
        .Select(field => $"{Raw(map, field)} AS raw_{field.Name}"));

    private static string Number(ColumnMap map, TraceField field) => map[field] switch
    {
        { Constant: { } constant } => constant.ToString(CultureInfo.InvariantCulture) + "::DOUBLE",
        null => "NULL::DOUBLE",
        _ when field == TraceField.Latency || field == TraceField.LatencyMs => $"try_cast(raw_{field.Name} AS DOUBLE)",
        { Column: { } column } => $"try_cast({column.Expression} AS DOUBLE)",
        _ => "NULL::DOUBLE",
    };

    private static string Raw(ColumnMap map, TraceField field) => map[field] switch
    {
        { Column: { } column } => column.Expression,
        { Constant: { } constant } => constant.ToString(CultureInfo.InvariantCulture),
        _ => "NULL",
    };

    private static string Text(ColumnMap map, TraceField field) => $"CAST({Raw(map, field)} AS VARCHAR)";

    private static string Label(ColumnMap map, TraceField field) => map[field] is null ? "NULL::VARCHAR" : $"nullif(left({Text(map, field)}, 200), '')";

    private static string Hash(ColumnMap map, TraceField field) => map[field] is null ? "NULL::UBIGINT" : $"CASE WHEN {Raw(map, field)} IS NOT NULL THEN hash({Raw(map, field)}) END";

    private static string Deferred(ColumnMap map) => map[TraceField.Deferred] is null
        ? "false"
        : $"coalesce(lower({Text(map, TraceField.Deferred)}) IN ('true', '1', 'yes', 'batch', 'flex', 'selfhosted', 'cache'), false)";
}
