using CsCheck;
using Leeway.Economics.BreakEvens;
using Leeway.Economics.Compute;
using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Figures;
using Leeway.Economics.Scenarios.Parts;
using Leeway.Tests.Economics.Scenarios;

namespace Leeway.Tests.Economics.BreakEvens;

/// <summary>Each closed form against costs that are added up one by one.</summary>
public sealed class BreakEvenProperties
{
    private static readonly Gen<decimal> s_price = Gen.Int[1, 10_000].Select(price => price / 100m);
    private static readonly Gen<decimal> s_share = Gen.Int[1, 99].Select(share => share / 100m);

    // Input is 1: writes cost 1 to 3 and reads less than 1, as with every vendor.
    private static readonly Gen<CacheBreakEven> s_cache = Gen.Select(Gen.Int[101, 300], Gen.Int[1, 99]).Select((write, read) => new CacheBreakEven(write / 100m, read / 100m));

    [Fact]
    public void An_endpoint_costs_less_than_an_API_from_the_break_even_volume_on() =>
        Gen.Select(s_price, s_price, Gen.Int[1, 3000], Gen.Int[1, 3000]).Sample((input, output, tokens, rate) =>
        {
            EndpointPart endpoint = Given.Endpoint();
            decimal each = Given.Cost(CostSpan.Day, Api(1, tokens, input, output))!.Value;
            decimal threshold = EndpointBreakEven.RequestsPerDay(UsdPerDay(Given.Cost(CostSpan.Day, endpoint)!.Value), UsdPerRequest(each)).Value!.Value;

            Assert.Equal(Given.Cost(CostSpan.Day, endpoint) < Given.Cost(CostSpan.Day, Api(rate, tokens, input, output)), rate > threshold);
        });

    [Fact]
    public void The_break_even_utilisation_is_that_of_the_break_even_volume_and_doubles_at_half_the_price() =>
        Gen.Select(s_price, s_price, Gen.Int[1, 5000]).Sample((hour, request, capacity) =>
        {
            Figure PerHour(decimal usd) => Figure.Constant(usd, Unit.Usd / Unit.Hour);
            Figure answers = Figure.Constant(capacity, Unit.Request / Unit.Hour);
            decimal utilisation = EndpointBreakEven.Utilisation(PerHour(hour), UsdPerRequest(request), answers).Value!.Value;

            Assert.Equal(hour, Math.Round(utilisation * capacity * request, 10));
            Assert.Equal(Math.Round(utilisation * 2, 12), Math.Round(EndpointBreakEven.Utilisation(PerHour(hour), UsdPerRequest(request / 2), answers).Value!.Value, 12));
        });

    [Fact]
    public void Running_for_batches_costs_less_below_the_break_even_utilisation() =>
        Gen.Select(s_price, s_price, s_share, s_share).Sample((always, batch, batchUtilisation, utilisation) =>
        {
            decimal threshold = BatchBreakEven.Utilisation(
                Figure.Constant(always, Unit.Usd / Unit.Hour), Figure.Constant(batch, Unit.Usd / Unit.Hour), Figure.Constant(batchUtilisation, Unit.None)).Value!.Value;

            // A day of waiting server does 24·u hours of work; a batch needs that divided by its own utilisation.
            Assert.Equal(24 * utilisation / batchUtilisation * batch < 24 * always, utilisation < threshold);
        });

    [Fact]
    public void A_batch_earns_its_overhead_from_the_break_even_size_on() =>
        Gen.Select(s_price, s_price, s_price, Gen.Int[1, 500]).Sample((overhead, realTime, batch, size) =>
        {
            decimal? threshold = BatchBreakEven.RequestsPerBatch(Figure.Constant(overhead, Unit.Usd / Unit.Batch), UsdPerRequest(realTime), UsdPerRequest(batch)).Value;

            Assert.Equal(overhead + (size * batch) < size * realTime, threshold is { } least && size > least);
        });

    [Fact]
    public void Serverless_costs_less_below_the_break_even_volume() =>
        Gen.Select(Gen.Int[1, 100_000], Gen.Int[1, 20], s_share).Sample((rate, seconds, cold) =>
        {
            var part = new ServerlessPart
            {
                Serves = new Workload("w", rate, 1, 1),
                Price = ComputeCatalog.BuiltIn.FindServerless("sagemaker-serverless")!,
                SecondsPerRequest = seconds,
                Gigabytes = 6,
                ColdShare = cold,
            };
            BreakEven breakEven = Single(part, Given.Endpoint(), "by utilisation", contains: false);

            Assert.Equal(Given.Cost(CostSpan.Day, Bound.Dearest, part) < Given.Cost(CostSpan.Day, Given.Endpoint()), breakEven.Verdict == breakEven.Below);
        });

    [Fact]
    public void No_other_reservation_costs_less_than_the_best_one() =>
        Gen.Select(Gen.Int[0, 80].Select(needed => needed / 4m).Array[24], s_share).Sample((demand, discount) =>
        {
            decimal Cost(int reserved) => Given.Cost(CostSpan.Day, new ReservedPart
            {
                Instance = Given.Endpoint().Instance,
                Reserved = reserved,
                ReservedDiscount = Between.Exactly(discount),
                Demand = demand,
            })!.Value;
            int best = ReservationBreakEven.Best(demand, 1 - discount);

            Assert.Equal(Enumerable.Range(0, 25).Min(Cost), Cost(best));
        });

    [Fact]
    public void Caching_costs_less_from_the_break_even_run_on() =>
        Gen.Select(s_cache, Gen.Int[1, 60]).Sample((cache, requests) =>
        {
            decimal cached = cache.Write + ((requests - 1) * cache.Read);

            Assert.Equal(cached < requests, requests > cache.RequestsPerWrite.Value);
        });

    [Fact]
    public void An_hour_in_the_cache_costs_less_from_the_break_even_number_of_runs_on() =>
        Gen.Select(s_cache, Gen.Int[1, 300], Gen.Int[1, 50], Gen.Int[1, 50], Gen.Int[1, 200]).Sample((shortly, more, longRuns, extra, requests) =>
        {
            CacheBreakEven hour = shortly with { Write = shortly.Write + (more / 100m) };
            int shortRuns = longRuns + extra;
            requests += shortRuns;
            decimal Cost(CacheBreakEven prices, int runs) => (runs * prices.Write) + ((requests - runs) * prices.Read);

            Assert.Equal(Cost(hour, longRuns) < Cost(shortly, shortRuns), (decimal)shortRuns / longRuns > CacheBreakEven.RunsForAnHour(shortly, hour).Value);
        });

    [Fact]
    public void A_ping_pays_above_the_break_even_probability() =>
        Gen.Select(s_cache, s_share).Sample((cache, probability) =>
            // With the ping: it reads, and the next request reads too. Without: the next request, if it comes in time, would have written.
            Assert.Equal(cache.Read + (probability * cache.Read) < probability * cache.Write, probability > cache.PingProbability.Value));

    [Fact]
    public void Shortening_a_warm_prefix_costs_less_from_the_break_even_turn_on() =>
        Gen.Select(s_cache, s_share, Gen.Int[1, 400]).Sample((cache, kept, turns) =>
        {
            decimal asItIs = 0;
            decimal shortened = 0;
            for (int turn = 0; turn < turns; turn++)
            {
                asItIs += cache.Read;
                shortened += kept * (turn == 0 ? cache.Write : cache.Read);
            }

            Assert.Equal(shortened < asItIs, turns > CompressionBreakEven.Turns(cache, kept).Value);
        });

    [Fact]
    public void Spot_costs_less_than_on_demand_above_the_break_even_discount() =>
        Gen.Select(Gen.Int[0, 50], Gen.Int[1, 120], Gen.Int[0, 120], Gen.Int[0, 60], s_share).Sample((perDay, minutes, seconds, restart, discount) =>
        {
            var interruptions = new SpotInterruptions(perDay / 24m, minutes / 60m, seconds / 3600m, restart / 60m);
            var spot = new SpotPart { Instance = Given.Endpoint().Instance, SpotDiscount = Between.Exactly(discount), WorkHoursPerDay = 6, Interruptions = interruptions };

            Assert.Equal(Given.Cost(CostSpan.Day, spot) < Given.Cost(CostSpan.Day, Given.Endpoint(6)), discount > interruptions.BreakEvenDiscount);
        });

    private static TokenPart Api(int rate, int tokens, decimal input, decimal output) => Given.Tokens(new Workload("w", rate, tokens, tokens), Given.Price(input, output));

    private static Figure UsdPerDay(decimal usd) => Figure.Constant(usd, Unit.Usd / Unit.Day);

    private static Figure UsdPerRequest(decimal usd) => Figure.Constant(usd, Unit.Usd / Unit.Request);

    private static BreakEven Single(ServerlessPart part, EndpointPart endpoint, string words, bool contains) => ScenarioBreakEvens
        .Of(new Scenario { Name = "s", Workloads = [part.Serves!], Options = [new ScenarioOption("a", [part]), new ScenarioOption("b", [endpoint])] })
        .Single(breakEven => breakEven.Question.Contains(words, StringComparison.Ordinal) == contains);
}
