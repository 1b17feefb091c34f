using System.Globalization;
using Leeway.Load.Processes;
using Leeway.Load.Reporting;

namespace Leeway.Load.Store;

/// <summary>
/// The stores side by side: durable taking-in, ends with their money, millions of waiting requests taken over; beside raw appends, and beside what is
/// usually built on PostgreSQL.
/// </summary>
internal static class StoreBench
{
    public static async Task<int> RunAsync(LoadOptions options)
    {
        var report = new Report("Stores", $"bench/Leeway.Load store --rounds {options.Rounds} --seconds {options.Seconds} --rows {options.Rows}{(options.Only.Count > 0 ? " --only " + string.Join(',', options.Only) : "")}");
        bool Wanted(string part) => options.Only.Count == 0 || options.Only.Contains(part);
        string folder = Directory.CreateTempSubdirectory("leeway-bench-").FullName;
        try
        {
            await using PostgresServer server = await PostgresServer.StartAsync();
            report.Line($"PostgreSQL {server.Version} on the same machine, over TCP on loopback, `fsync` and `synchronous_commit` on, and {string.Join(", ", PostgresServer.Settings.Split(' ').Select(static setting => $"`{setting}`"))}. SQLite with `synchronous = FULL`. Variants take turns; each figure is the median of {options.Rounds} rounds, with the least and the most.");
            var trials = new StoreTrials(server, folder);
            if (Wanted("enqueue"))
            {
                await EnqueueAsync(trials, options, report);
            }

            if (Wanted("results"))
            {
                await FinishAsync(trials, options, report);
            }

            bool holds = !Wanted("claims") || report.Verdicts(await ClaimAsync(trials, options, report));
            report.Publish(options.Out);
            return holds ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task EnqueueAsync(StoreTrials trials, LoadOptions options, Report report)
    {
        report.Line().Line("## Durable enqueue").Line();
        report.Line("Bodies of 2 KB; each caller sends its next when its last is durable. *Raw* is append + fdatasync of the same groups, at most 256. *Plain* is one writer that adds what waits, at most 256 rows, to one table by `INSERT … SELECT FROM unnest`, with the body in the row and a partial index by deadline.").Line();
        report.Line("| callers | raw | Leeway on SQLite | Leeway on PostgreSQL | plain on PostgreSQL | SQLite by raw | PostgreSQL by raw | PostgreSQL by plain |").Line("|---|---|---|---|---|---|---|---|");
        foreach (int callers in new[] { 256, 512 })
        {
            Dictionary<string, List<double>> rates = await RoundsAsync(options, $"enqueue, {callers} callers", new Dictionary<string, Func<int, Task<double>>>
            {
                ["raw"] = seconds => trials.RawAsync(callers, seconds),
                ["sqlite"] = seconds => trials.EnqueueAsync(trials.OpenSqliteAsync, callers, seconds),
                ["postgres"] = seconds => trials.EnqueueAsync(trials.OpenPostgresAsync, callers, seconds),
                ["plain"] = seconds => trials.PlainAsync(callers, seconds),
            });
            report.Line(string.Create(CultureInfo.InvariantCulture, $"| {callers} | {Rate(rates["raw"])} | {Rate(rates["sqlite"])} | {Rate(rates["postgres"])} | {Rate(rates["plain"])} | ")
                + $"{Ratio(rates["sqlite"], rates["raw"])} | {Ratio(rates["postgres"], rates["raw"])} | {Ratio(rates["postgres"], rates["plain"])} |");
        }

        report.Line().Line("Requests per second.");
    }

    private static async Task FinishAsync(StoreTrials trials, LoadOptions options, Report report)
    {
        report.Line().Line("## Result and ledger entry").Line();
        report.Line("A result of 653 bytes, the state, the attempt's outcome and the ledger entry of a request that is being answered, in one transaction. *One by one*: 256 callers, as real time ends them. *Collected*: four callers with 256 ends each, as a batch's rows are.").Line();
        report.Line("| | Leeway on SQLite | Leeway on PostgreSQL |").Line("|---|---|---|");
        Dictionary<string, List<double>> rates = await RoundsAsync(options, "results", new Dictionary<string, Func<int, Task<double>>>
        {
            ["sqlite one"] = _ => trials.FinishAsync(trials.OpenSqliteAsync, callers: 256, group: 1),
            ["postgres one"] = _ => trials.FinishAsync(trials.OpenPostgresAsync, callers: 256, group: 1),
            ["sqlite many"] = _ => trials.FinishAsync(trials.OpenSqliteAsync, callers: 4, group: 256),
            ["postgres many"] = _ => trials.FinishAsync(trials.OpenPostgresAsync, callers: 4, group: 256),
        });
        report.Line($"| one by one, ends per second | {Rate(rates["sqlite one"])} | {Rate(rates["postgres one"])} |");
        report.Line($"| collected, ends per second | {Rate(rates["sqlite many"])} | {Rate(rates["postgres many"])} |");

        report.Line().Line("## Sizes").Line();
        report.Line("Megabytes per million ended requests, rows + indexes, of the tables that grow with them. Most tables of SQLite are the index of their own key. PostgreSQL compresses bodies and results above 2 KB, which these are not. All but the entries go when results are deleted.").Line();
        report.Line("| table | SQLite | PostgreSQL |").Line("|---|---|---|");
        StoreSizes sizes = await trials.SizesAsync();
        foreach (string table in new[] { "requests", "bodies", "attempts", "results", "entries" })
        {
            report.Line($"| {table} | {Sizes.Text(sizes.Sqlite[table], sizes.Millions)} | {Sizes.Text(sizes.Postgres[table], sizes.Millions)} |");
        }
    }

    private static async Task<List<Must>> ClaimAsync(StoreTrials trials, LoadOptions options, Report report)
    {
        report.Line().Line(string.Create(CultureInfo.InvariantCulture, $"## A thousand of {options.Rows:N0} waiting requests")).Line();
        report.Line("Until a thousand waiting requests can be dispatched. A node takes over what another has accepted by writing one row of lease, and reads it in pages into the index that dispatch works from; it claims nothing row by row. *Plain* is one claimer on a table of the same rows with an index by deadline: `UPDATE … FROM (SELECT … ORDER BY deadline LIMIT 1000 FOR UPDATE SKIP LOCKED) … RETURNING`, each claim a commit.").Line();
        await trials.FillAsync(options.Rows);

        // The plain claimer uses its rows up. Many, so that opening a store does not count.
        int taken = Math.Min(options.Rows / (2 * (options.Rounds + 1)) / 1000 * 1000, 500_000);
        Dictionary<string, List<double>> times = await RoundsAsync(options, "claims", new Dictionary<string, Func<int, Task<double>>>
        {
            ["plain"] = _ => trials.PlainClaimAsync(taken),
            ["postgres"] = _ => trials.TakeOverAsync(taken),
            ["sqlite"] = _ => trials.LoadAsync(taken),
        });
        report.Line("| | ms per 1,000 | requests/s |").Line("|---|---|---|");
        foreach ((string variant, string name) in new[] { ("plain", "plain claimer on PostgreSQL"), ("postgres", "Leeway on PostgreSQL: takeover and load"), ("sqlite", "Leeway on SQLite: load at start") })
        {
            report.Line($"| {name} | {Spread.Of(times[variant]).Text("0.00")} | {Spread.Of(times[variant].Select(static time => 1e6 / time)).Text("0")} |");
        }

        string sizes = await trials.FilledSizesAsync();
        report.Line().Line(string.Create(CultureInfo.InvariantCulture, $"Each round takes {taken:N0} requests. Narrow rows of {options.Rows:N0} waiting requests, with their indexes: {sizes}."));
        return [new Must("claims by the plain single claimer", Spread.Ratio(times["plain"], times["postgres"]), 3, AtMost: false)];
    }

    // Round 0 warms this process and is not counted; the order turns with the rounds.
    private static async Task<Dictionary<string, List<double>>> RoundsAsync(LoadOptions options, string what, Dictionary<string, Func<int, Task<double>>> variants)
    {
        Dictionary<string, List<double>> values = variants.Keys.ToDictionary(static name => name, static _ => new List<double>());
        string[] names = [.. variants.Keys];
        for (int round = 0; round <= options.Rounds; round++)
        {
            Console.Error.WriteLine($"{what}: round {round} of {options.Rounds}");
            for (int i = 0; i < names.Length; i++)
            {
                string name = names[(i + round) % names.Length];
                double value = await variants[name](round == 0 ? 1 : options.Seconds);
                if (round > 0)
                {
                    values[name].Add(value);
                }
            }
        }

        return values;
    }

    private static string Rate(List<double> values) => Spread.Of(values).Text("0");

    private static string Ratio(List<double> values, List<double> against) => Spread.Ratio(values, against).Text("0.00");
}
