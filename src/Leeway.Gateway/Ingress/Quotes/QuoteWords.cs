using System.Globalization;
using Leeway.Gateway.Problems;
using Leeway.Planning.Quotes;

namespace Leeway.Gateway.Ingress.Quotes;

/// <summary>A quote in words: the plan, the guarantee, and why each lane is or is not taken.</summary>
internal static class QuoteWords
{
    /// <summary>What would happen.</summary>
    public static string Plan(Quote quote)
    {
        if (quote.Subject.IsImmediate)
        {
            return "sent at once, in real time";
        }

        string plan = quote.Plan.Lane switch
        {
            Lane.Batch => $"waits for company until {Json.Instant(quote.Plan.SealAt)} at the latest ({quote.Plan.SealReason.Replace('_', ' ')}), then travels in a batch",
            Lane.Flex => "tried on the flex tier as soon as it has room",
            _ => "sent in real time as soon as a slot is free",
        };
        return quote.Plan.Basis is { } basis ? $"{basis.Because}: {plan}" : plan;
    }

    /// <summary>What holds however the planned lane fares.</summary>
    public static string Guarantee(Quote quote) => quote.RescueAt is { } at
        ? $"{Name(quote.Plan.DispatchLane)} at {Json.Instant(at)} if the batch is not back"
        : quote.Plan.Lane == Lane.Batch ? "none: a request pinned to the batch lane is not rescued, and expires at its deadline"
        : quote.Subject.IsImmediate ? "none beyond the provider's: the caller waits for the answer"
        : "no later lane to go to: it is tried until the deadline";

    /// <summary>Why a lane is the one, or is not.</summary>
    public static string Because(Quote quote, LaneQuote lane, TimeSpan turnaround)
    {
        if (lane.Unavailable is { } reason)
        {
            return reason;
        }

        if (lane.Tier == ServedTier.Priority)
        {
            return "only where service_tier: priority asks for it";
        }

        if (lane.IsChosen)
        {
            return quote.Subject.Request.PinnedLane == lane.Lane ? "pinned" : quote.Subject.IsImmediate ? "the request says that it cannot wait"
                : quote.Plan.Basis?.Because ?? (lane.Lane == Lane.Batch
                    ? $"the time left covers the assumed turnaround of {Span(turnaround)} (lanes.batch.turnaround)"
                    : "no cheaper lane makes the deadline");
        }

        return quote.Subject.Request.PinnedLane is { } pinned ? $"the request is pinned to {Name(pinned)}"
            : lane.Lane == Lane.RealTime && quote.RescueAt is not null ? "kept for the rescue"
            : lane.Source == QuoteSource.Assumed ? $"the time left does not cover the assumed turnaround of {Span(turnaround)} (lanes.batch.turnaround)"
            : "the planned lane comes to less";
    }

    public static string Name(LaneQuote lane) => lane.Tier == ServedTier.Priority ? "priority" : Name(lane.Lane);

    /// <summary>A lane in a sentence.</summary>
    public static string Name(Lane lane) => lane == Lane.RealTime ? "real time" : Json.Name(lane);

    /// <summary>A span in a sentence, in its largest fitting unit.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.#} h"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, span.TotalSeconds):0.#} s"),
    };

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##} %");
}
