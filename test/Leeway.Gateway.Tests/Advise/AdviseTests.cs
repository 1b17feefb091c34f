using System.Globalization;
using System.Text;
using Leeway.Advisor;
using Leeway.Advisor.Advice;
using Leeway.Advisor.Profile;
using Leeway.Cli;
using Leeway.Gateway.Tests.Cli;

namespace Leeway.Gateway.Tests.Advise;

public sealed class AdviseTests : IAsyncDisposable
{
    private static readonly DateTimeOffset s_monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_nightly_sender_is_found_and_the_recommended_configuration_is_valid_and_defers_it()
    {
        string trace = _bench.Write("trace.csv", Office(days: 14));
        CliEnd end = await _bench.RunAsync("advise", trace, "--write", "leeway.yaml");

        Assert.Equal(ExitCode.Ok, end.Exit);
        Assert.Contains("starts every day", end.Out, StringComparison.Ordinal);
        string yaml = string.Join('\n', _bench.Lines("leeway.yaml"));
        Assert.Contains("- { when: { key: \"ledger-sync\" }, priority: low }", yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("\"helpdesk\"", yaml, StringComparison.Ordinal);
        CliEnd check = await _bench.RunAsync("config", "check");
        Assert.True(check.Exit == ExitCode.Ok, check.Error);
        Assert.DoesNotContain("warning", check.Error, StringComparison.Ordinal);

        // An advice that is already there is not written over.
        CliEnd again = await _bench.RunAsync("advise", trace, "--write", "leeway.yaml");
        Assert.Equal(ExitCode.Failed, again.Exit);
        Assert.Contains("leeway.yaml exists; it was not changed.", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Savings_are_shares_of_the_list_cost_at_the_batch_price_and_what_is_back_in_time()
    {
        AdviceResult advice = await AdviseAsync(_bench.Write("trace.csv", Office(days: 14)));

        ClassAdvice sync = Assert.Single(advice.Classes, group => group.Name == "ledger-sync");
        Assert.Equal(Priority.Low, sync.Priority);
        Assert.Equal(TimeSpan.FromHours(24), sync.Deadline);

        // 14 nights of 50 requests of 2,000 and 500 tokens: 14 × 50 × (2,000 × 2.5 + 500 × 10) / 10⁶.
        Assert.Equal(7m, sync.ListCostUsd);
        decimal expected = (decimal)sync.Deferrable.Mid * (decimal)sync.BackInTime.Mid * 3.5m;
        Assert.Equal(expected, sync.SavingsUsd.Mid!.Value, 9);
        Assert.InRange(sync.SavingsUsd.Low!.Value, 0.01m, sync.SavingsUsd.Mid.Value);
        Assert.Equal(3.5m, sync.SavingsUsd.High);
        Assert.Equal(advice.Classes.Sum(group => group.SavingsUsd.Mid), advice.Savings.TraceUsd.Mid);
    }

    [Fact]
    public async Task Office_hours_show_in_the_day_and_the_window_lies_in_the_quiet_hours()
    {
        AdviceResult advice = await AdviseAsync(_bench.Write("trace.csv", Office(days: 14)));

        // Every day 12 requests an hour from nine to five, one otherwise, and fifty at three.
        Assert.Equal(14 * 12, advice.Profile.Hours.Day[12].Requests);
        Assert.Equal(14, advice.Profile.Hours.Day[23].Requests);
        Assert.Equal(168, advice.Profile.Hours.Week.Count);
        Assert.NotNull(advice.Profile.Hours.PeakToTrough);
        WindowConfig window = advice.Seals.Window!;
        Assert.Equal("UTC", window.Tz);
        Assert.Equal(4, (window.To - window.From).TotalHours);
    }

    [Fact]
    public async Task Formats_give_the_same_profile()
    {
        string[] names = ["2026-03-02T00:00:00Z,100,10,gpt-4o", "2026-03-02T00:00:07Z,200,20,gpt-4o", "2026-03-02T00:00:09Z,300,30,gpt-4o-mini"];
        string csv = _bench.Write("a.csv", "timestamp,input_tokens,output_tokens,model\n" + string.Join('\n', names));
        IEnumerable<string> objects = names.Select(line => line.Split(',')).Select(cells =>
            $$"""{"timestamp":"{{cells[0]}}","usage":{"prompt_tokens":{{cells[1]}},"completion_tokens":{{cells[2]}}},"model":"{{cells[3]}}"}""");
        string jsonl = _bench.Write("a.jsonl", string.Join('\n', objects));
        string array = _bench.Write("a.json", "[" + string.Join(',', objects) + "]");
        string page = _bench.Write("page.json", "{\"object\":\"list\",\"data\":[" + string.Join(',', objects) + "]}");
        string semicolons = _bench.Write("b.csv", File.ReadAllText(Path.Combine(_bench.Folder, csv)).Replace(',', ';'));

        AdviceResult expected = await AdviseAsync(csv);
        Assert.Equal(600, expected.Profile.Volume.InputTokens);
        foreach (string file in new[] { jsonl, array, page, semicolons })
        {
            AdviceResult advice = await AdviseAsync(file);
            Assert.Equal(expected.Profile.Volume, advice.Profile.Volume);
            Assert.Equal(expected.Profile.Models, advice.Profile.Models);
            Assert.Equal(expected.Profile.Arrivals!.GapCv, advice.Profile.Arrivals!.GapCv);
        }
    }

    [Fact]
    public async Task The_mapping_is_shown_and_can_be_given()
    {
        string trace = _bench.Write("odd.csv", "when,in,out,who\n1772409600000,10,1,a\n1772409601000,20,2,b\n");
        CliEnd refused = await _bench.RunAsync("advise", trace);
        Assert.Equal(ExitCode.Failed, refused.Exit);
        Assert.Contains("no column was taken for time (when the request came) or input (tokens of input) or output (tokens of output). It has: when, in, out, who.", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--map time=COLUMN,input=COLUMN,output=COLUMN", refused.Error, StringComparison.Ordinal);

        CliEnd end = await _bench.RunAsync("advise", trace, "--map", "time=when,input=in", "--map", "output=out");
        Assert.Equal(ExitCode.Ok, end.Exit);
        Assert.Contains("taken: time=when (varchar, ms since 1970, given), input=in (varchar, given), output=out (varchar, given)", end.Out, StringComparison.Ordinal);
        Assert.Contains("not used: who", end.Out, StringComparison.Ordinal);
        Assert.Contains("from 2026-03-02 00:00:00 to 2026-03-02 00:00:01 UTC", end.Out, StringComparison.Ordinal);
    }

    /// <summary>People from nine to five, a little at all other hours, and a machine that sends fifty requests every night at three.</summary>
    private static string Office(int days)
    {
        var random = new Random(7);
        var rows = new List<(DateTimeOffset At, string Row)>();
        for (int day = 0; day < days; day++)
        {
            for (int hour = 0; hour < 24; hour++)
            {
                for (int i = 0; i < (hour is >= 9 and < 17 ? 12 : 1); i++)
                {
                    rows.Add((s_monday.AddDays(day).AddHours(hour).AddSeconds(random.NextDouble() * 3600), "800,200,helpdesk,gpt-4o"));
                }
            }

            rows.AddRange(Enumerable.Range(0, 50).Select(i => (s_monday.AddDays(day).AddHours(3).AddSeconds(i + (random.NextDouble() * 60)), "2000,500,ledger-sync,gpt-4o")));
        }

        var csv = new StringBuilder("timestamp,prompt_tokens,completion_tokens,api_key_alias,model\n");
        foreach ((DateTimeOffset at, string row) in rows.OrderBy(row => row.At))
        {
            csv.Append(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)).Append(',').Append(row).Append('\n');
        }

        return csv.ToString();
    }

    private async Task<AdviceResult> AdviseAsync(params string[] args)
    {
        CliEnd end = await _bench.RunAsync(["advise", .. args, "--json"]);
        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        return AdviceJson.Read(end.Out);
    }
}
