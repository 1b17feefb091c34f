using System.Globalization;
using Leeway.Load.Reporting;

namespace Leeway.Load.Plan;

/// <summary>What batches are made of and when: prefix order beside the reachable reuse, sealing beside the clairvoyant.</summary>
internal static class BatchTrials
{
    private const double LeastReuse = 0.98;
    private const double MostSeconds = 1;
    private const double MostOnReal = 1.30;
    private const double MostOnAdversary = 2;
    private const double LeastBelowTimer = 0.25;

    // Lines per file, and blocks that the provider's cache holds.
    private static readonly (int FileSize, int CacheBlocks)[] s_files = [(1000, 1000), (12_031, 1000)];

    /// <summary>Writes both tables; whether the targets hold.</summary>
    public static bool Write(Report report, LoadOptions options) => Prefixes(report) & Sealing(report, options.Quick);

    private static bool Prefixes(Report report)
    {
        PrefixTrial trial = PrefixTrial.Read(Path.Combine(PlanTrace.Folder, "mooncake", "conversation_trace.jsonl.gz"), seed: 1);
        report.Line("## Prefix order").Line()
            .Line(Text($"Mooncake's conversations ({trial.Requests:#,0} requests, blocks of {PrefixTrial.BlockTokens} tokens); a provider that reads each file once with a cache of so many blocks, empty at its start. Reachable: what any order of the same files could reuse.")).Line()
            .Line("| lines per file | cache, blocks | order | tokens reused | of reachable |").Line("|--:|--:|---|--:|--:|");
        bool holds = true;
        foreach ((int fileSize, int cacheBlocks) in s_files)
        {
            foreach (PrefixRow row in trial.Run(fileSize, cacheBlocks))
            {
                holds &= row.Order != "prefix, by the marks that are kept" || row.Share >= LeastReuse;
                report.Line(Text($"| {fileSize:#,0} | {cacheBlocks:#,0} | {row.Order} | {row.Reused:#,0} | {100 * row.Share:0.0} % |"));
            }
        }

        (TimeSpan elapsed, IReadOnlyList<int> batches) = trial.Plan(100_000, perBatch: 50_000);
        report.Line().Line(Text($"100,000 requests of 20 teams packed and ordered into {batches.Count} batches in {elapsed.TotalSeconds:0.00} s (≤ {MostSeconds:0} s). Target: ≥ {100 * LeastReuse:0} % of the reachable reuse.")).Line();
        return holds && elapsed.TotalSeconds < MostSeconds;
    }

    private static bool Sealing(Report report, bool quick)
    {
        report.Line("## Sealing (`seal: adaptive`)").Line()
            .Line("Cost of waiting and of batches over the clairvoyant schedule's; best timer: the best fixed one, chosen afterwards; order timer: √(2K/λh) from the true rate.").Line()
            .Line("| arrivals | best size | **Leeway** | best timer | order timer | below best timer | of the excess |").Line("|---|--:|--:|--:|--:|--:|--:|");
        bool holds = true;
        foreach (SealingRow row in SealingTrial.Run(PlanTrace.Folder, seed: 1, longest: !quick))
        {
            bool met = row.Kind switch
            {
                "real" => row.Rule <= MostOnReal,
                "bursty" => row.BelowBestTimer >= LeastBelowTimer,
                "adversarial" => row.Rule <= MostOnAdversary,
                _ => true,
            };
            holds &= met;
            report.Line(Text($"| {row.Arrivals} | {row.BestSize:0} | {(met ? "" : "✗ ")}{row.Rule:0.000} | {row.BestTimer:0.000} | {row.OrderTimer:0.000} | {100 * row.BelowBestTimer:0.0} % | {100 * row.ExcessBelowBestTimer:0} % |"));
        }

        report.Line().Line(Text($"Targets: ≤ {MostOnReal:0.00} on recorded arrivals, ≤ {MostOnAdversary:0.0} against an adversary, ≥ {100 * LeastBelowTimer:0} % below the best timer on bursty ones; ✗ marks what misses one.")).Line();
        return holds;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
