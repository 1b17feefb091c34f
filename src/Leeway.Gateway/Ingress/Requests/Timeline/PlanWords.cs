using System.Text.Json;
using Leeway.Gateway.Ingress.Quotes;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Requests.Timeline;

/// <summary>A stored plan in words, with the numbers it rested on.</summary>
internal static class PlanWords
{
    public static TimelineEvent Event(RequestPlan plan, bool first)
    {
        using JsonDocument text = JsonDocument.Parse(plan.Note.Text);
        JsonElement root = text.RootElement;
        string lane = Name(root, "lane");
        string way = lane == "batch" ? $"batch, then {Name(root, "then")} at {Json.Instant(plan.Note.DispatchAt)}" : $"{lane} at {Json.Instant(plan.Note.DispatchAt)}";
        string because = root.GetProperty("because").GetString() is { Length: > 0 } words ? $": {words}" : "";
        string[] numbers = [.. root.GetProperty("lanes").EnumerateArray().Select(Numbers)];
        return new TimelineEvent(plan.At, first ? "planned" : "replanned", $"{way}{because}{(numbers.Length == 0 ? "" : $" ({string.Join("; ", numbers)})")}")
        {
            Lane = Enum.GetValues<Lane>().FirstOrDefault(value => Json.Name(value) == root.GetProperty("lane").GetString(), Lane.RealTime),
            Plan = plan.Note.Text,
        };
    }

    private static string Numbers(JsonElement lane)
    {
        string cost = lane.GetProperty("relative_cost") is { ValueKind: JsonValueKind.Number } share ? $"{QuoteWords.Percent(share.GetDouble())} of the price" : "price unknown";
        return $"{Name(lane, "lane")} {QuoteWords.Percent(lane.GetProperty("on_time").GetDouble())} on time, about {QuoteWords.Span(TimeSpan.FromSeconds(lane.GetProperty("wait_s").GetDouble()))}, {cost}";
    }

    private static string Name(JsonElement of, string member) => of.GetProperty(member).GetString() is { } name && name != "realtime" ? name : "real time";
}
