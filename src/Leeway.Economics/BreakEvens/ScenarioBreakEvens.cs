using System.Globalization;
using Leeway.Economics.Scenarios;
using Leeway.Economics.Scenarios.Figures;
using Leeway.Economics.Scenarios.Parts;

namespace Leeway.Economics.BreakEvens;

/// <summary>The break-evens that a scenario's own parts give: each pair of ways that it prices, whether in one option or in two.</summary>
public static class ScenarioBreakEvens
{
    // The article: batches keep hardware busy for 80 to 95 %, and starting servers takes 30 seconds to 5 minutes. The worse ends are taken.
    private const decimal BatchUtilisation = 0.8m;
    private const decimal StartMinutes = 5;
    private const string Article = "the article's figure";

    private static readonly decimal[] s_kept = [0.2m, 0.4m, 0.6m];

    public static IReadOnlyList<BreakEven> Of(Scenario scenario)
    {
        var billing = new Billing(CostSpan.Day, Bound.Dearest, scenario.Month);
        ScenarioPart[] parts = [.. scenario.Options.SelectMany(option => option.Parts).DistinctBy(part => part.Label, StringComparer.Ordinal)];
        EndpointPart[] endpoints = [.. parts.OfType<EndpointPart>().Where(endpoint => endpoint.HoursPerDay > 0 && endpoint.Count > 0)];
        TokenPart[] tokens = [.. parts.OfType<TokenPart>().Where(part => part.Lane != TokenLane.Cache && part.Serves!.RequestsPerDay > 0 && part.Share > 0)];
        ServerlessPart[] serverless = [.. parts.OfType<ServerlessPart>().Where(part => part.Share > 0)];
        BreakEven[] all =
        [
            .. endpoints.SelectMany(endpoint => tokens.Where(part => Comparable(endpoint, part)).SelectMany(part => OfEndpoint(endpoint, part, billing))),
            .. endpoints.SelectMany(endpoint => serverless.Where(part => Comparable(endpoint, part)).SelectMany(part => OfServerless(endpoint, part, billing))),
            .. parts.OfType<ReservedPart>().Select(part => OfReservation(part, billing)),
            .. parts.OfType<SpotPart>().SelectMany(OfSpot),
            .. tokens.DistinctBy(part => (part.Model, CacheBreakEven.Of(part.LanePrice))).SelectMany(OfCache),
        ];
        return [.. all.DistinctBy(breakEven => breakEven.Question, StringComparer.Ordinal)];
    }

    // An endpoint that names its workload is compared with other ways of serving that one.
    private static bool Comparable(EndpointPart endpoint, ScenarioPart other) => endpoint.Serves is null || endpoint.Serves == other.Serves;

    private static IEnumerable<BreakEven> OfEndpoint(EndpointPart endpoint, TokenPart part, Billing billing)
    {
        Figure perDay = Figure.Given($"{endpoint.Label}", endpoint.Cost(billing).Value, Unit.Usd / Unit.Day, "its cost by day");
        Figure request = PerRequest(part, billing);
        if (request.Value is null)
        {
            yield break;
        }

        yield return new BreakEven
        {
            Question = $"{endpoint.Label}, or {part.Label}",
            Threshold = EndpointBreakEven.RequestsPerDay(perDay, request),
            Here = Volume(part.Serves!),
            Above = "the endpoint costs less, if it can serve them",
            Below = "the API costs less",
        };
        if (endpoint.RequestsPerHour is not { } capacity || capacity == 0)
        {
            yield break;
        }

        Figure all = Figure.Given("capacity", capacity * endpoint.Count, Unit.Request / Unit.Hour);
        Figure perHour = perDay / Figure.Given("hours", endpoint.HoursPerDay, Unit.Hour / Unit.Day);
        yield return new BreakEven
        {
            Question = $"{endpoint.Label}, or {part.Label}, by utilisation",
            Threshold = EndpointBreakEven.Utilisation(perHour, request, all),
            Here = Figure.Given("utilisation", part.Serves!.RequestsPerDay / (capacity * endpoint.Count * endpoint.HoursPerDay), Unit.None),
            Above = "the endpoint costs less",
            Below = "the API costs less",
        };
        foreach (BreakEven batch in OfBatches(endpoint, request, all, part))
        {
            yield return batch;
        }
    }

    /// <summary>The endpoint's own hardware, started for a batch instead of waiting for requests.</summary>
    private static IEnumerable<BreakEven> OfBatches(EndpointPart endpoint, Figure request, Figure capacity, TokenPart part)
    {
        Figure hour = Figure.Given("instances", endpoint.Count, Unit.Instance) * Figure.Given("price", endpoint.Instance.PerHour, Unit.Usd / (Unit.Instance * Unit.Hour), endpoint.Instance.Origin);
        Figure busy = Figure.Given("utilisation in a batch", BatchUtilisation, Unit.None, Article);
        if (endpoint.HoursPerDay == 24)
        {
            yield return new BreakEven
            {
                Question = $"{endpoint.Label}, or the same only while there is a batch",
                Threshold = BatchBreakEven.Utilisation(hour, hour, busy),
                Here = Figure.Given("utilisation", part.Serves!.RequestsPerDay / (endpoint.RequestsPerHour!.Value * endpoint.Count * 24), Unit.None),
                Above = "running always costs less",
                Below = "running for batches costs less",
            };
        }

        Figure start = hour * Figure.Given("minutes to start", StartMinutes / 60, Unit.Hour / Unit.Batch, Article);
        yield return new BreakEven
        {
            Question = $"{endpoint.Instance.Name} started for each batch, or {part.Label}, by requests per batch",
            Threshold = BatchBreakEven.RequestsPerBatch(start.Named("start of the servers"), request, (hour / (capacity * busy)).Named("a request within the batch")),
            Above = "the batch costs less",
            Below = "the API costs less",
        };
    }

    private static IEnumerable<BreakEven> OfServerless(EndpointPart endpoint, ServerlessPart part, Billing billing)
    {
        Figure request = part.PerRequest(billing);
        if (request.Value is not > 0)
        {
            yield break;
        }

        Figure volume = ServerlessBreakEven.RequestsPerDay(Figure.Given(endpoint.Label, endpoint.Cost(billing).Value, Unit.Usd / Unit.Day, "its cost by day"), request);
        yield return new BreakEven
        {
            Question = $"{endpoint.Label}, or {part.Label}",
            Threshold = volume,
            Here = Volume(part.Serves!),
            Above = "the endpoint costs less, if it can serve them",
            Below = "serverless costs less",
        };
        Figure seconds = Figure.Given("time of a request", part.SecondsPerRequest, Unit.Second / Unit.Request);
        yield return new BreakEven
        {
            Question = $"{endpoint.Label}, or {part.Label}, by utilisation, one request at a time",
            Threshold = ServerlessBreakEven.Utilisation(volume, seconds),
            Here = ServerlessBreakEven.Utilisation(Volume(part.Serves!), seconds).Named("utilisation"),
            Above = "the endpoint costs less, if it can serve them",
            Below = "serverless costs less",
        };
    }

    private static BreakEven OfReservation(ReservedPart part, Billing billing)
    {
        decimal discount = billing.Discount(part.ReservedDiscount);
        Unit unit = Unit.Usd / (Unit.Instance * Unit.Hour);
        Figure burst = Figure.Given("price on demand", part.Instance.PerHour, unit, part.Instance.Origin);
        Figure needed = ReservationBreakEven.UseNeeded(Figure.Given("price reserved", part.Instance.PerHour * (1 - discount), unit), burst);
        int best = ReservationBreakEven.Best(part.Demand, needed.Value ?? 1);
        return new BreakEven
        {
            Question = part.Reserved == best
                ? $"{part.Label}: is the next one worth reserving"
                : string.Create(CultureInfo.InvariantCulture, $"{part.Label}: {best} would cost least; is the next one worth reserving"),
            Threshold = needed,
            Here = Figure.Given("its use", ReservationBreakEven.UseOf(part.Reserved + 1, part.Demand), Unit.None),
            Above = "reserve one more",
            Below = "one more would not pay",
        };
    }

    private static IEnumerable<BreakEven> OfSpot(SpotPart part)
    {
        yield return new BreakEven
        {
            Question = $"{part.Label}, or on demand",
            Threshold = Figure.Given("break-even discount", part.Interruptions.BreakEvenDiscount, Unit.None, $"1 − 1/s, s = {SpotInterruptions.Formula}"),
            Here = Figure.Given("least discount", part.SpotDiscount.From, Unit.None),
            Above = "spot costs less",
            Below = "on demand costs less",
        };
        if (part.Interruptions.BestInterval is { } best)
        {
            yield return new BreakEven
            {
                Question = $"{part.Label}: how often to write a checkpoint",
                Threshold = Figure.Given("best interval", best, Unit.Hour, "√(2c/λ)"),
                Here = Figure.Given("interval", part.Interruptions.CheckpointEveryHours, Unit.Hour),
                Above = "write checkpoints more often",
                Below = "checkpoints are not too far apart",
            };
        }
    }

    private static IEnumerable<BreakEven> OfCache(TokenPart part)
    {
        if (CacheBreakEven.Of(part.LanePrice) is not { } shortly)
        {
            yield break;
        }

        CacheBreakEven? hour = CacheBreakEven.Of(part.LanePrice, forAnHour: true);
        PrefixCache? cache = part.Serves!.Cache;
        yield return Reads(shortly, "its shortest time", cache is { ForAnHour: false } ? cache : null);
        if (cache is null)
        {
            yield break;
        }

        if (hour is not null)
        {
            yield return Reads(hour, "an hour", cache is { ForAnHour: true } ? cache : null);
            yield return new BreakEven
            {
                Question = $"{part.Model}: a prefix kept for an hour, or for its shortest time, by writes",
                Threshold = CacheBreakEven.RunsForAnHour(shortly, hour),
                Above = "an hour costs less",
                Below = "the shortest time costs less",
            };
        }

        yield return new BreakEven
        {
            Question = $"{part.Model}: a request that only keeps the prefix warm, by the probability of a use in time",
            Threshold = shortly.PingProbability,
            Above = "keeping it warm costs less",
            Below = "letting it go costs less",
        };
        foreach (decimal kept in s_kept)
        {
            yield return new BreakEven
            {
                Question = string.Create(CultureInfo.InvariantCulture, $"{part.Model}: a warm prefix shortened to {kept * 100:0} %, or as it is, by further turns"),
                Threshold = CompressionBreakEven.Turns(shortly, kept),
                Above = "shortening costs less",
                Below = "leaving it costs less",
            };
        }

        BreakEven Reads(CacheBreakEven prices, string kept, PrefixCache? here) => new()
        {
            Question = $"{part.Model}: a prefix cached for {kept}, or sent each time, by requests per write",
            Threshold = prices.RequestsPerWrite,
            Here = here is { WritesPerDay: > 0 } ? Figure.Given("requests per write", part.Serves!.RequestsPerDay / here.WritesPerDay, Unit.None) : null,
            Above = "caching costs less",
            Below = "sending costs less",
        };
    }

    private static Figure PerRequest(TokenPart part, Billing billing) => Figure.Given(
        $"a request: {part.Label}", part.Cost(billing).Value / (part.Serves!.RequestsPerDay * part.Share), Unit.Usd / Unit.Request, "its cost by day, per request");

    private static Figure Volume(Workload workload) => Figure.Given(workload.Name, workload.RequestsPerDay, Unit.Request / Unit.Day);
}
