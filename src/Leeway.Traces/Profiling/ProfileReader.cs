using Leeway.Advisor.Profile;
using Leeway.Traces.Database;
using Leeway.Traces.Reading;

namespace Leeway.Traces.Profiling;

/// <summary>The profile of the rows that were read.</summary>
internal sealed class ProfileReader(TraceDatabase database, TraceIntake intake, TraceOptions options)
{
    private const long Hour = 3_600_000_000;

    public TraceProfile Read()
    {
        (long from, long until) = Span();
        ClassTable classes = ClassTable.Build(database);
        IReadOnlyList<CostSum> costs = new CostReader(database, options).Read(classes);
        ArrivalReading? arrivals = intake.IsSums ? null : new ArrivalReader(database, options).Read(classes);
        Percentiles? latency = Distribution("latency", 0.001);
        (IReadOnlyDictionary<int, double> Shares, Contention? Contention)? contention = intake.IsSums ? null : new ContentionReader(database).Read(classes, latency is not null);
        return new TraceProfile
        {
            Volume = Volume(costs, from, until),
            Arrivals = arrivals?.Profile,
            Hours = Hours(from, until),
            Input = intake.IsSums ? null : Distribution("input"),
            Output = intake.IsSums ? null : Distribution("output"),
            LatencySeconds = latency,
            Duplicates = Duplicates(arrivals),
            Reuse = Reuse(),
            Models = Models(costs),
            Classes = Classes(classes, costs, arrivals, contention?.Shares, latency is not null),
            Contention = contention?.Contention,
        };
    }

    private (long From, long Until) Span()
    {
        (long, long) span = default;
        database.Read($"SELECT min(came), max({(intake.IsSums ? "coalesce(ended, came)" : "came")}) FROM used", row => span = (row.GetInt64(0), row.GetInt64(1)));
        return span;
    }

    private TraceVolume Volume(IReadOnlyList<CostSum> costs, long from, long until)
    {
        long requests = costs.Sum(cost => cost.Requests), tokens = costs.Sum(cost => cost.Tokens);
        CostSum[] unpriced = [.. costs.Where(cost => cost.List is null)];
        return new TraceVolume
        {
            Requests = requests,
            InputTokens = costs.Sum(cost => cost.Usage.Input),
            CachedTokens = costs.Sum(cost => cost.Usage.CachedInput),
            OutputTokens = costs.Sum(cost => cost.Usage.Output),
            From = Micros.Instant(from),
            Until = Micros.Instant(until),
            RelativeTime = intake.IsRelative,
            ListCostUsd = Known(costs, cost => cost.List),
            PaidUsd = Known(costs, cost => cost.Paid),
            UnpricedShare = (double)unpriced.Sum(cost => cost.Requests) / requests,
            UnpricedTokenShare = tokens > 0 ? (double)unpriced.Sum(cost => cost.Tokens) / tokens : 0,
        };
    }

    private LoadByHour Hours(long from, long until)
    {
        var hours = new HourTally();
        database.Read($"SELECT came // {Hour}, CAST(sum(n) AS BIGINT), CAST(sum(input + output) AS BIGINT) FROM used GROUP BY 1", row =>
            hours.Add(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)));
        return hours.Result(from, until);
    }

    private Percentiles? Distribution(string column, double scale = 1)
    {
        var histogram = new Histogram();
        database.Read($"SELECT {column}, count(*) FROM used WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 1", row => histogram.Add(row.GetInt64(0), row.GetInt64(1)));
        return histogram.Result(scale);
    }

    private DuplicateProfile Duplicates(ArrivalReading? arrivals)
    {
        long? prompts = intake.HasPrompts ? database.Number("SELECT count(prompt) - count(DISTINCT prompt) FROM used") : null;
        return intake.HasIds
            ? new DuplicateProfile(database.Number("SELECT count(id) - count(DISTINCT id) FROM used"), "id", prompts)
            : new DuplicateProfile(arrivals?.Repeats, arrivals?.Repeats is null ? null : "figures", prompts);
    }

    /// <summary>A block is known by the hash over itself and all before it, so a hash seen before is a prefix seen before.</summary>
    private PrefixReuse? Reuse()
    {
        if (intake.Blocks is not { } blocks)
        {
            return null;
        }

        // All blocks but the last of a prompt are full, so the fullest one tells the size.
        double fullest = 0;
        database.Read($"SELECT coalesce(max(input / len(blocks)), 0)::DOUBLE FROM ({blocks}) WHERE len(blocks) > 0 AND input > 0", row => fullest = row.GetDouble(0));
        int size = 16;
        while (size < fullest)
        {
            size *= 2;
        }

        PrefixReuse? reuse = null;
        database.Read(
            $"""
            SELECT coalesce(CAST(sum(tokens) AS BIGINT), 0), coalesce(CAST(sum(tokens - first) AS BIGINT), 0) FROM (
                SELECT sum(tokens) AS tokens, arg_min(tokens, came) AS first FROM (
                    SELECT came, unnest(blocks) AS block, greatest(0, least({size}, input - {size} * (generate_subscripts(blocks, 1) - 1))) AS tokens
                    FROM ({blocks}) WHERE input > 0)
                GROUP BY block)
            """,
            row => reuse = new PrefixReuse(size, row.GetInt64(0), row.GetInt64(1)));
        return reuse;
    }

    private static IReadOnlyList<ModelLoad> Models(IReadOnlyList<CostSum> costs) =>
    [
        .. costs.GroupBy(cost => cost.Model).Select(model => new ModelLoad
        {
            Model = model.Key,
            Requests = model.Sum(cost => cost.Requests),
            InputTokens = model.Sum(cost => cost.Usage.Input),
            CachedTokens = model.Sum(cost => cost.Usage.CachedInput),
            OutputTokens = model.Sum(cost => cost.Usage.Output),
            PriceVersion = model.First().PriceVersion,
            ListCostUsd = Whole(model, cost => cost.List),
            BatchCostUsd = Whole(model, cost => cost.Batch),
            FlexCostUsd = Whole(model, cost => cost.Flex),
        }).OrderByDescending(model => model.InputTokens + model.OutputTokens).ThenBy(model => model.Model, StringComparer.Ordinal),
    ];

    private IReadOnlyList<ClassProfile> Classes(
        ClassTable classes, IReadOnlyList<CostSum> costs, ArrivalReading? arrivals, IReadOnlyDictionary<int, double>? shares, bool hasLatency)
    {
        var latencies = new Dictionary<int, (double P50, double P95)>();
        if (hasLatency)
        {
            database.Read(
                $"SELECT {classes.Number}, CAST(approx_quantile(latency, 0.5) AS DOUBLE) / 1000, CAST(approx_quantile(latency, 0.95) AS DOUBLE) / 1000 FROM {classes.Rows} WHERE latency IS NOT NULL GROUP BY 1",
                row => latencies[row.GetInt32(0)] = (row.GetDouble(1), row.GetDouble(2)));
        }

        return
        [
            .. costs.GroupBy(cost => cost.Class).Select(group => new ClassProfile
            {
                Kind = group.Key < 0 ? ClassKind.Others : classes.Kind,
                Name = group.Key < 0 ? "(others)" : classes.Names[group.Key],
                Requests = group.Sum(cost => cost.Requests),
                InputTokens = group.Sum(cost => cost.Usage.Input),
                OutputTokens = group.Sum(cost => cost.Usage.Output),
                AlreadyDeferred = group.Where(cost => cost.Deferred).Sum(cost => cost.Requests),
                ListCostUsd = Known(group, cost => cost.List),
                OpenListCostUsd = Known(group, cost => cost is { Deferred: false, Batch: not null } ? cost.List : null),
                OpenBatchCostUsd = Known(group, cost => cost is { Deferred: false, List: not null } ? cost.Batch : null),
                GapCv = group.Key < 0 ? null : arrivals?.Gaps.ClassCv(group.Key),
                Period = group.Key < 0 ? null : arrivals?.Beats.Period(group.Key),
                LatencyP50Seconds = latencies.TryGetValue(group.Key, out (double P50, double P95) latency) ? latency.P50 : null,
                LatencyP95Seconds = latencies.ContainsKey(group.Key) ? latency.P95 : null,
                BusyShare = shares is null ? null : shares.GetValueOrDefault(group.Key),
            }).OrderByDescending(group => group.InputTokens + group.OutputTokens).ThenBy(group => group.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>The known part of a sum; null when none is known.</summary>
    private static decimal? Known(IEnumerable<CostSum> costs, Func<CostSum, decimal?> amount)
    {
        decimal[] known = [.. costs.Select(amount).OfType<decimal>()];
        return known.Length > 0 ? known.Sum() : null;
    }

    /// <summary>The sum; null when a part is unknown.</summary>
    private static decimal? Whole(IEnumerable<CostSum> costs, Func<CostSum, decimal?> amount) =>
        costs.Aggregate((decimal?)0, (sum, cost) => sum + amount(cost));
}
