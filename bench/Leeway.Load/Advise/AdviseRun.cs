using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using Leeway.Advisor;
using Leeway.Economics;

namespace Leeway.Load.Advise;

/// <summary>One measurement in a process of its own, whose peak memory is then known: prints seconds, seconds of processor, megabytes and what was found.</summary>
internal static class AdviseRun
{
    /// <summary>The whole advice.</summary>
    public static int Whole(string file) => Measure(() =>
    {
        var options = new Traces.TraceOptions { Prices = PriceCatalog.BuiltIn, PricesAt = TimeProvider.System.GetUtcNow(), WorkFolder = Path.GetDirectoryName(file) };
        AdviceResult advice = Traces.TraceAdviser.Advise([file], options, null, CancellationToken.None);
        return string.Create(CultureInfo.InvariantCulture, $"{advice.Profile.Volume.Requests} requests, CV {advice.Profile.Arrivals?.GapCv:0.000}, {advice.Classes.Count} classes, {AdviceJson.Write(advice).Length} characters");
    });

    /// <summary>What one would ask the same database by hand, straight from the file: totals and percentiles, by sender and model, by hour, and the gaps.</summary>
    public static int Plain(string file) => Measure(() =>
    {
        string rows = file.EndsWith(".parquet", StringComparison.Ordinal) ? $"read_parquet('{file}')" : $"read_csv('{file}')";
        string[] questions =
        [
            $"SELECT count(*), min(timestamp), max(timestamp), sum(prompt_tokens), sum(completion_tokens), quantile_cont(prompt_tokens, [0.5, 0.9, 0.95, 0.99]), quantile_cont(completion_tokens, [0.5, 0.9, 0.95, 0.99]), quantile_cont(latency_ms, [0.5, 0.95, 0.99]) FROM {rows}",
            $"SELECT api_key_alias, model, count(*), sum(prompt_tokens), sum(completion_tokens) FROM {rows} GROUP BY ALL",
            $"SELECT hour(CAST(timestamp AS TIMESTAMP)), count(*) FROM {rows} GROUP BY 1",
            $"SELECT stddev(gap) / avg(gap) FROM (SELECT epoch_us(CAST(timestamp AS TIMESTAMP)) - lag(epoch_us(CAST(timestamp AS TIMESTAMP))) OVER (ORDER BY timestamp) AS gap FROM {rows})",
        ];
        using var database = new DuckDBConnection("Data Source=:memory:");
        database.Open();
        long answered = 0;
        foreach (string question in questions)
        {
            using DuckDBCommand command = database.CreateCommand();
            command.CommandText = question;
            using DuckDBDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                answered++;
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{answered} rows of answers");
    });

    private static int Measure(Func<string> run)
    {
        long began = Stopwatch.GetTimestamp();
        string found = run();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        double processor = Environment.CpuUsage.TotalTime.TotalSeconds;
        string peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        double megabytes = double.Parse(string.Concat(peak.Where(char.IsDigit)), CultureInfo.InvariantCulture) * 1024 / 1e6;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:0.000} {processor:0.000} {megabytes:0} {found}"));
        return 0;
    }
}
