using System.Globalization;
using Leeway.Advisor.Profile;
using Leeway.Economics;
using Leeway.Traces.Database;

namespace Leeway.Traces.Profiling;

/// <summary>Sums by class and model, priced. Long inputs have prices of their own, so each request counts in the band that it is priced by.</summary>
internal sealed class CostReader(TraceDatabase database, TraceOptions options)
{
    public IReadOnlyList<CostSum> Read(ClassTable classes)
    {
        Dictionary<string, ModelPrice?> prices = Prices();
        var sums = new List<CostSum>();
        database.Read(
            $"""
            SELECT {classes.Number}, {Model}, {Band(prices)}, deferred, CAST(sum(n) AS BIGINT), CAST(sum(input) AS BIGINT), CAST(sum(cached) AS BIGINT), CAST(sum(output) AS BIGINT),
                CAST(sum(paid) AS DOUBLE)
            FROM {classes.Rows} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
            """,
            row =>
            {
                string? model = row.IsDBNull(1) ? null : row.GetString(1);
                ModelPrice? price = model is null ? null : prices[model];
                var usage = new TokenUsage(row.GetInt64(5), row.GetInt64(6), 0, row.GetInt64(7), 0);
                long input = Representative(price, row.GetInt32(2));
                sums.Add(new CostSum(row.GetInt32(0), model, row.GetBoolean(3), row.GetInt64(4), usage)
                {
                    PriceVersion = price?.Version,
                    List = Cost(price?.RealTime, usage, input),
                    Batch = Cost(price?.Batch, usage, input),
                    Flex = Cost(price?.Flex, usage, input),
                    Paid = row.IsDBNull(8) ? null : (decimal)row.GetDouble(8),
                });
            });
        return sums;
    }

    private string Model => options.Model is { } model ? $"coalesce(model, {Sql.Text(model)})" : "model";

    private Dictionary<string, ModelPrice?> Prices()
    {
        var prices = new Dictionary<string, ModelPrice?>(StringComparer.Ordinal);
        database.Read($"SELECT DISTINCT {Model} AS m FROM used WHERE m IS NOT NULL", row => prices[row.GetString(0)] = Find(row.GetString(0)));
        return prices;
    }

    // A vendor's prefix (openai/gpt-4o) says where it ran; without an entry for it the model's own price holds.
    private ModelPrice? Find(string model) => options.Prices.Find(model, model.LastIndexOf('/') + 1, options.PricesAt);

    private string Band(Dictionary<string, ModelPrice?> prices)
    {
        string[] cases =
        [
            .. prices.Where(price => Bounds(price.Value).Count > 0).Select(price =>
                $"WHEN {Sql.Text(price.Key)} THEN " + string.Join(" + ", Bounds(price.Value).Select(bound => string.Create(CultureInfo.InvariantCulture, $"CAST(input // n > {bound} AS INTEGER)")))),
        ];
        return cases.Length == 0 ? "0" : $"CASE {Model} {string.Join(' ', cases)} ELSE 0 END";
    }

    private static IReadOnlyList<long> Bounds(ModelPrice? price)
    {
        var bounds = new SortedSet<long>();
        foreach (LanePrice? lane in new[] { price?.RealTime, price?.Batch, price?.Flex })
        {
            for (LongContextPrice? longer = lane?.LongContext; longer is not null; longer = longer.Price.LongContext)
            {
                bounds.Add(longer.Above);
            }
        }

        return [.. bounds];
    }

    /// <summary>The input of a request in a band.</summary>
    private static long Representative(ModelPrice? price, int band) => band == 0 ? 0 : Bounds(price)[band - 1] + 1;

    private static decimal? Cost(LanePrice? price, TokenUsage usage, long input) =>
        CostArithmetic.CostOf(price is null ? null : price.ForInput(input) with { LongContext = null }, usage);
}

/// <summary>What one class did with one model in one band of input. USD; null is unknown.</summary>
internal sealed record CostSum(int Class, string? Model, bool Deferred, long Requests, TokenUsage Usage)
{
    public string? PriceVersion { get; init; }

    public decimal? List { get; init; }

    public decimal? Batch { get; init; }

    public decimal? Flex { get; init; }

    public decimal? Paid { get; init; }

    public long Tokens => Usage.Input + Usage.Output;
}
