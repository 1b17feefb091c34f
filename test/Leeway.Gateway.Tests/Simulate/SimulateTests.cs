using System.Globalization;
using System.Text.Json;
using Leeway.Cli;
using Leeway.Gateway.Tests.Cli;

namespace Leeway.Gateway.Tests.Simulate;

public sealed class SimulateTests : IAsyncDisposable
{
    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_trace_is_run_by_every_policy_and_every_assumption_is_told()
    {
        CliEnd end = await _bench.RunAsync("simulate", Trace(), "--deadlines", "30m:1,6h:1", "--law", "degraded");

        Assert.Equal(ExitCode.Ok, end.Exit);
        foreach (string policy in new[] { "realtime", "batch-only", "half-deadline", "80-percent", "per-request", "leeway" })
        {
            Assert.Equal(3, end.Out.Split('\n').Count(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var name, ..] && name == policy));
        }

        Assert.Contains("Assumed, not measured:", end.Out, StringComparison.Ordinal);
        Assert.Contains("lognormal, median 90 min, sigma 1.6", end.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes()
    {
        string[] command = ["simulate", Trace(), "--law", "mixed", "--flex", "50%", "--policy", "per-request,leeway", "--seed", "5", "--seeds", "2", "--json"];

        string once = (await _bench.RunAsync(command)).Out;

        Assert.Equal(once, (await _bench.RunAsync(command)).Out);
        using JsonDocument json = JsonDocument.Parse(once);
        JsonElement policies = json.RootElement.GetProperty("policies");
        Assert.Equal(["per-request", "leeway"], policies.EnumerateArray().Select(static policy => policy.GetProperty("policy").GetString()));
        Assert.Equal(2, policies[1].GetProperty("runs").GetArrayLength());
        Assert.Equal(3, policies[1].GetProperty("runs")[0].GetProperty("classes").GetArrayLength());
        Assert.Equal(200, policies[1].GetProperty("runs")[0].GetProperty("all").GetProperty("requests").GetInt64());
    }

    [Fact]
    public async Task Turnarounds_that_were_observed_are_a_law()
    {
        _bench.Write("seen.csv", "seconds\n60\n60\n");

        CliEnd end = await _bench.RunAsync("simulate", Trace(), "--law", "seen.csv", "--deadlines", "1h", "--policy", "batch-only", "--json");

        using JsonDocument json = JsonDocument.Parse(end.Out);
        JsonElement all = json.RootElement.GetProperty("policies")[0].GetProperty("runs")[0].GetProperty("all");
        Assert.Equal(0, all.GetProperty("misses").GetInt64());

        // Gathered for a minute, under way for a minute, asked for within half a minute.
        Assert.InRange(all.GetProperty("wait_p95_seconds").GetDouble(), 90, 180);
    }

    [Fact]
    public async Task The_page_needs_nothing_else_and_is_written_over_only_by_its_like()
    {
        string[] command = ["simulate", Trace(), "--deadlines", "30m,6h", "--policy", "realtime,leeway", "--html", "report.html"];
        Assert.Equal(ExitCode.Ok, (await _bench.RunAsync(command)).Exit);
        string[] first = _bench.Lines("report.html");
        Assert.Equal(ExitCode.Ok, (await _bench.RunAsync(command)).Exit);

        Assert.Equal(first, _bench.Lines("report.html"));
        string page = string.Join('\n', first);
        foreach (string figure in new[] { "cost-30m", "cost-6h", "cost-all" })
        {
            Assert.Matches($"<figure id=\"{figure}\"[^>]*>.*?<svg .*?</svg><figcaption>", page.ReplaceLineEndings(" "));
        }

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" src=", page, StringComparison.OrdinalIgnoreCase);

        _bench.Write("report.html", "<p>mine</p>");
        CliEnd end = await _bench.RunAsync(command);
        Assert.Equal(ExitCode.Failed, end.Exit);
        Assert.Equal("<p>mine</p>", string.Join('\n', _bench.Lines("report.html")));
    }

    [Theory]
    [InlineData("--law", "sick")]
    [InlineData("--flex", "half")]
    [InlineData("--deadlines", "soon")]
    [InlineData("--policy", "best")]
    [InlineData("--seeds", "0")]
    [InlineData("--requests", "-1")]
    [InlineData("--latency", "nowhere.json")]
    [InlineData("--model", "no-such-model")]
    public async Task What_cannot_be_understood_is_refused_by_name(string option, string value)
    {
        CliEnd end = await _bench.RunAsync("simulate", Trace(), option, value);

        Assert.Equal(ExitCode.Usage, end.Exit);
        Assert.Contains(value, end.Error, StringComparison.Ordinal);
    }

    private string Trace() => _bench.Write("trace.csv", "time,input_tokens,output_tokens\n" + string.Concat(
        Enumerable.Range(0, 200).Select(static i => string.Create(CultureInfo.InvariantCulture, $"{i * 61},{400 + i},{50 + (i % 30)}\n"))));
}
