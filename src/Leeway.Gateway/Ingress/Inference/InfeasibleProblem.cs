using System.Globalization;
using Leeway.Gateway.Ingress.Quotes;
using Leeway.Gateway.Problems;
using Leeway.Planning.Quotes;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>A deadline that is not promised: with the numbers, and where the configuration offers them the alternatives and their prices.</summary>
internal static class InfeasibleProblem
{
    public static Problem Of(Quote quote, LeewayConfig config)
    {
        QueuedRequest request = quote.Subject.Request;
        string lane = request.PinnedLane is { } pinned ? $"The {Name(pinned)} lane" : "No lane";
        string left = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (request.Deadline - quote.At).TotalMinutes):0.#} min are left");
        return new Problem
        {
            Code = "deadline_infeasible",
            Message = $"{lane} {(request.PinnedLane is null ? "can" : "cannot")} be relied on to finish by {Json.Instant(request.Deadline)}: {Numbers(quote, config)}, and {left}.{(config.Deadlines.Infeasible == InfeasibleRule.Offer ? Options(quote) : "")}",
            Field = "Leeway-Deadline",
            Value = Json.Instant(request.Deadline),
            Remedy = "Nothing was queued.",
        };
    }

    private static string Numbers(Quote quote, LeewayConfig config)
    {
        Lane? pinned = quote.Subject.Request.PinnedLane;
        LaneQuote[] told = [.. quote.Lanes.Where(lane => lane.OnTime is not null && (pinned is null || lane.Lane == pinned))];
        return told.Length > 0
            ? $"{string.Join(", ", told.Select(lane => $"{QuoteWords.Name(lane)} makes it in {QuoteWords.Percent(lane.OnTime!.Value)} and takes about {QuoteWords.Span(lane.ExpectedAt!.Value - quote.At)}"))}, {QuoteWords.Percent(config.Deadlines.Confidence)} is wanted (deadlines.confidence)"
            : pinned == Lane.Batch
                ? string.Create(CultureInfo.InvariantCulture, $"it takes about {config.Lanes.Batch.Turnaround.TotalMinutes:0} min (lanes.batch.turnaround)")
                : $"an answer of {quote.Subject.Deployment.Id} takes about {QuoteWords.Span(quote.Of(Lane.RealTime)!.ExpectedAt!.Value - quote.At)} in real time, as its latest did";
    }

    private static string Options(Quote quote)
    {
        List<string> options = [];
        LaneQuote? realTime = quote.Of(Lane.RealTime);
        if (quote.Subject.Request.PinnedLane is Lane.Batch or Lane.Flex && realTime is not null)
        {
            options.Add($"Leeway-Lane: realtime for about ${Text(realTime.Cost)}");
        }

        options.AddRange(quote.Later.Select(later =>
            $"a deadline from {Json.Instant(later.Deadline)} on for about ${Text(later.Cost)}{(quote.Subject.Request.PinnedLane is null ? $" ({QuoteWords.Name(later.Lane)})" : "")}"));
        return options.Count == 0 ? "" : $" Options: {string.Join("; or ", options)}.";
    }

    private static string Name(Lane lane) => lane == Lane.RealTime ? "real-time" : Json.Name(lane);

    private static string Text(decimal? money) => money is { } value ? Json.Money(Math.Round(value, 6)) : "unknown";
}
