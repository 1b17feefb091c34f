using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Leeway.Chaos;

/// <summary>What a run is told.</summary>
/// <param name="Seed">Of the load and of the troubles.</param>
/// <param name="Length">How long load and troubles last; settling and checking come after.</param>
/// <param name="Nodes">Gateways.</param>
/// <param name="Postgres">Whether they share a PostgreSQL server; else one node has SQLite.</param>
/// <param name="Rate">Requests a second that arrive, lines of batch files and runs included.</param>
/// <param name="Out">Where configurations, logs and the report go; they stay there when something is violated.</param>
/// <param name="Only">Kinds of trouble to deal; empty: all that can be made here.</param>
internal sealed record ChaosOptions(int Seed, TimeSpan Length, int Nodes, bool Postgres, double Rate, string? Out, IReadOnlyList<string> Only)
{
    /// <summary>The mean time between two troubles.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>USD that rescues may cost, as a hard budget; null is none.</summary>
    public decimal? RescueBudget { get; init; }

    /// <summary>USD that a quarter of the single calls may cost together, as the budget of a key of their own; null: nobody has a key.</summary>
    public decimal? KeyBudget { get; init; }

    /// <summary>Tokens that may be enqueued at the provider at once, over all nodes: some seconds of the load, so that it binds now and then.</summary>
    public long EnqueuedTokens => (long)Math.Max(2000, 600 * Rate);

    /// <summary>How long the cluster may take to end everything once load and troubles are over.</summary>
    public TimeSpan SettleWithin { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>The command that repeats the run.</summary>
    public string Command => string.Create(
        CultureInfo.InvariantCulture,
        $"./dev chaos --minutes {Length.TotalMinutes:0.##} --seed {Seed} --nodes {Nodes} --store {(Postgres ? "postgres" : "sqlite")} --rate {Rate:0.##}{(RescueBudget is { } budget ? $" --rescue-budget {budget}" : "")}{(KeyBudget is { } spare ? $" --key-budget {spare}" : "")}{(Only.Count > 0 ? $" --only {string.Join(',', Only)}" : "")}");

    public static bool TryParse(string[] args, [NotNullWhen(true)] out ChaosOptions? options)
    {
        options = new ChaosOptions(1, TimeSpan.FromMinutes(5), 0, Postgres: true, 25, null, []);
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            string value = args[i + 1];
            options = args[i] switch
            {
                "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out int seed) => options with { Seed = seed },
                "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out double minutes) && minutes > 0 => options with { Length = TimeSpan.FromMinutes(minutes) },
                "--nodes" when int.TryParse(value, CultureInfo.InvariantCulture, out int nodes) && nodes is > 0 and < 10 => options with { Nodes = nodes },
                "--store" when value is "postgres" or "sqlite" => options with { Postgres = value == "postgres" },
                "--rate" when double.TryParse(value, CultureInfo.InvariantCulture, out double rate) && rate > 0 => options with { Rate = rate },
                "--every" when double.TryParse(value, CultureInfo.InvariantCulture, out double seconds) && seconds > 0 => options with { Every = TimeSpan.FromSeconds(seconds) },
                "--settle" when double.TryParse(value, CultureInfo.InvariantCulture, out double minutes) && minutes > 0 => options with { SettleWithin = TimeSpan.FromMinutes(minutes) },
                "--rescue-budget" when decimal.TryParse(value, CultureInfo.InvariantCulture, out decimal budget) && budget > 0 => options with { RescueBudget = budget },
                "--key-budget" when decimal.TryParse(value, CultureInfo.InvariantCulture, out decimal budget) && budget > 0 => options with { KeyBudget = budget },
                "--only" => options with { Only = value.Split(',') },
                "--out" => options with { Out = value },
                _ => null,
            };
            if (options is null)
            {
                return false;
            }
        }

        options = options with { Nodes = options.Nodes > 0 ? options.Nodes : options.Postgres ? 3 : 1 };
        return args.Length % 2 == 0 && (options.Postgres || options.Nodes == 1);
    }

    public static int Usage()
    {
        Console.Error.WriteLine("""
            Usage: ./dev chaos [--minutes 5] [--seed 1] [--nodes 3] [--store postgres|sqlite] [--rate 25] [--every 7] [--settle 4] [--rescue-budget 0.01] [--key-budget 0.01] [--only kill,pause,…] [--out FOLDER]
              SQLite is for one node. --every is the mean time between two troubles in seconds, --settle how many minutes the end may take, --rescue-budget what rescues may cost in USD,
              --key-budget what a quarter of the single calls may cost together.
            """);
        return 2;
    }
}
