using Leeway.Cli.Demo.Traffic;

namespace Leeway.Gateway.Tests.Demo;

public sealed class TrafficPlanTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 25, 1, 15, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_seed_makes_the_same_calls_and_another_seed_others()
    {
        string[] first = Describe(seed: 7);

        Assert.Equal(first, Describe(seed: 7));
        Assert.NotEqual(first, Describe(seed: 8));
    }

    [Fact]
    public void Two_hours_have_some_two_thousand_calls_of_every_kind_in_order()
    {
        PlannedCall[] calls = [.. Plan(seed: 1)];

        Assert.InRange(calls.Length, 1_500, 3_000);
        Assert.Equal(calls.OrderBy(call => call.At), calls);
        Assert.All(calls, call => Assert.InRange(call.At, s_start, s_start.AddHours(2)));
        Assert.All(Enum.GetValues<Waiting>(), waiting => Assert.Contains(calls, call => call.Waiting == waiting));
        Assert.Contains(calls, call => call.CancelAfter is not null);
        Assert.Contains(calls, call => call.Headers.Any(header => header.Name == "Leeway-Deadline"));
    }

    [Fact]
    public void Most_low_priority_work_has_arrived_when_its_window_opens()
    {
        DateTimeOffset opening = new(2026, 11, 25, 2, 0, 0, TimeSpan.Zero);
        DateTimeOffset[] arrivals = [.. Plan(seed: 1).Where(call => call.Headers.Contains(("Leeway-Priority", "low"))).Select(call => call.At)];

        Assert.InRange(arrivals.Count(at => at < opening), arrivals.Length * 3 / 4, arrivals.Length - 1);
    }

    private static string[] Describe(int seed) => [.. Plan(seed).Select(call => $"{call.At:O} {call.Path} {call.Body}")];

    private static IEnumerable<PlannedCall> Plan(int seed) =>
        new TrafficPlan(WorkingDay.Workloads, TimeZoneInfo.Utc, new SeededRandomSource(seed)).From(s_start, s_start.AddHours(2));
}
