using System.Globalization;
using System.Text.Json;
using Leeway.Cli;

namespace Leeway.Gateway.Tests.Cli;

public sealed class EstimateTests : IAsyncDisposable
{
    private static readonly string s_samples = Samples();
    private readonly CliBench _bench = new();

    public static TheoryData<string> Files => [.. Directory.GetFiles(s_samples, "*.yaml").Select(Path.GetFileName).Order(StringComparer.Ordinal).OfType<string>()];

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("nightly-tickets", "real time and an endpoint, as printed", "month_30d_usd", 2650)]
    [InlineData("nightly-tickets", "real time and an endpoint", "month_30d_usd", 2635.20)]
    [InlineData("nightly-tickets", "real time", "month_30d_usd", 1620)]
    [InlineData("nightly-tickets", "batch", "month_30d_usd", 810)]
    [InlineData("chatbot", "real time and serverless", "month_30d_usd", 226.25)]
    [InlineData("hybrid-shop", "hybrid", "month_30d_usd", 8700)]
    [InlineData("hybrid-shop", "all real time", "month_30d_usd", 16950)]
    [InlineData("sagemaker-hours", "around the clock", "month_730h_usd", 1029.30)]
    [InlineData("sagemaker-hours", "around the clock", "month_30d_usd", 1015.20)]
    [InlineData("sagemaker-hours", "six hours a day", "month_30d_usd", 253.80)]
    [InlineData("per-thousand-prices", "as printed, per token", "day_usd", 54_000)]
    [InlineData("thread-transfer", "90 % batch, urgent at twice a batch", "day_usd", 21.45)]
    public async Task The_articles_scenarios_cost_what_follows_from_their_inputs(string file, string option, string span, double usd)
    {
        JsonElement found = Option(await EstimateAsync(file), option).GetProperty(span);

        Assert.Equal((decimal)usd, Money(found, "low"));
        Assert.Equal((decimal)usd, Money(found, "high"));
    }

    // Every figure that the article prints is in a file; those that do not follow from its inputs are these and no others.
    [Theory]
    [InlineData("chatbot", 26.25)]
    [InlineData("cold-starts")]
    [InlineData("compression", 32.0, 64.0, 66.0, 82.0)]
    [InlineData("hybrid-shop", 16_950.0, 48.672566371681)]
    [InlineData("idle-endpoint")]
    [InlineData("model-routing")]
    [InlineData("nightly-tickets", 2635.20, 1620.0, 50.0)]
    [InlineData("off-peak", 40.0)]
    [InlineData("own-endpoint")]
    [InlineData("per-thousand-prices", 54_000.0)]
    [InlineData("prefix-cache", 61.649391304348)]
    [InlineData("providers-clouds", 30.0)]
    [InlineData("providers-models")]
    [InlineData("reserved-and-burst")]
    [InlineData("sagemaker-hours", 1015.20, 257.325)]
    [InlineData("serverless")]
    [InlineData("spot", 58.645)]
    [InlineData("thread-transfer", 45.0, 35.0)]
    public async Task Printed_figures_agree_but_for_those_that_do_not_follow(string file, params double[] follows)
    {
        JsonElement[] printed = [.. (await EstimateAsync(file)).GetProperty("printed").EnumerateArray()];
        JsonElement[] differing = [.. printed.Where(claim => !claim.GetProperty("agrees").GetBoolean())];

        Assert.Equal(follows, differing.Select(claim => double.Parse(claim.GetProperty("follows").GetString()!, CultureInfo.InvariantCulture)), (a, b) => Math.Abs(a - b) < 0.005);
        Assert.All(differing, claim => Assert.NotNull(claim.GetProperty("because").GetString()));
        Assert.All(printed.Except(differing), claim => Assert.Null(claim.GetProperty("because").GetString()));
    }

    [Fact]
    public void Every_sample_is_tested() => Assert.Equal(
        Files.Select(file => Path.GetFileNameWithoutExtension(file.Data)),
        typeof(EstimateTests).GetMethod(nameof(Printed_figures_agree_but_for_those_that_do_not_follow))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Cast<InlineDataAttribute>().Select(row => (string)row.Data[0]!).Order(StringComparer.Ordinal));

    [Fact]
    public async Task A_saving_is_told_and_what_comes_too_late_is_not_recommended()
    {
        JsonElement chatbot = await EstimateAsync("chatbot");
        JsonElement hybrid = Option(await EstimateAsync("hybrid-shop"), "hybrid");

        Assert.Equal("real time", chatbot.GetProperty("cheapest").GetString());
        Assert.Equal(["conversations"], Option(chatbot, "batch").GetProperty("late").EnumerateArray().Select(late => late.GetString()));
        Assert.Equal(0.4867m, Math.Round(Money(hybrid.GetProperty("saving"), "least"), 4));
    }

    [Fact]
    public async Task All_samples_together_print_tables()
    {
        CliEnd end = await _bench.RunAsync(["estimate", .. Files.Select(file => Path.Combine(s_samples, file.Data))]);

        Assert.Equal(ExitCode.Ok, end.Exit);
        Assert.Empty(end.Error);
        Assert.Matches(@"(?m)^batch \* +\$27\.00 +\$810\.00 +\$821\.25 +69\.4 % +yes", end.Out);
        Assert.Matches(@"(?m)^If all-real-time: \$17,400/month +\$17400\.00 +\$16950\.00 +DIFFERS ", end.Out);
    }

    [Fact]
    public async Task Explanations_show_the_arithmetic_with_units_prices_and_dates()
    {
        CliEnd end = await _bench.RunAsync("estimate", Path.Combine(s_samples, "nightly-tickets.yaml"), "--explain");

        Assert.Contains("input = 10,000 requests/day × 800 tokens/request ÷ 1,000,000 tokens/M tokens × 1.5 USD/M tokens = 12 USD/day", end.Out, StringComparison.Ordinal);
        Assert.Contains("input price: batch price builtin:claude-3-5-sonnet@2026-08-21", end.Out, StringComparison.Ordinal);
        Assert.Contains("1 instances × 30 days/month × 24 hours/day × 1.41 USD/hour/instance = 1,015.2 USD/month", end.Out, StringComparison.Ordinal);
        Assert.Contains("price: ml.g5.xlarge as of 2025-07-17 (A, E)", end.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flags_alone_describe_a_workload()
    {
        CliEnd end = await _bench.RunAsync("estimate", "--requests", "10000/day", "--input", "800", "--output", "200", "--model", "claude-3-5-sonnet", "--endpoint", "ml.g5.xlarge", "--deadline", "12h");

        Assert.Equal(ExitCode.Ok, end.Exit);
        Assert.Matches(@"(?m)^real time and ml\.g5\.xlarge +\$87\.84 +\$2635\.20 ", end.Out);
        Assert.Matches(@"(?m)^real time \* +\$54\.00 +\$1620\.00 ", end.Out);
        Assert.Matches(@"(?m)^batch +\$27\.00 +\$810\.00 +\$821\.25 +69\.3 % +no: requests may take 24h", end.Out);
    }

    [Fact]
    public async Task Flags_add_a_cached_prefix_and_an_endpoint_that_serves_alone()
    {
        CliEnd end = await _bench.RunAsync(
            "estimate", "--requests", "2/second", "--input", "4000", "--output", "100", "--model", "claude-sonnet-4-5", "--cacheable", "75%", "--cache-writes", "24/day",
            "--endpoint", "ml.g5.xlarge", "--hours", "12", "--capacity", "7200/hour", "--month", "730h", "--json");

        using JsonDocument answer = JsonDocument.Parse(end.Out);
        JsonElement estimate = answer.RootElement.GetProperty("data")[0];
        Assert.Equal(
            ["real time and ml.g5.xlarge", "ml.g5.xlarge alone", "real time", "real time, prefix cached", "batch", "batch, prefix cached"],
            estimate.GetProperty("options").EnumerateArray().Select(option => option.GetProperty("name").GetString()));
        Assert.Equal(172_800, estimate.GetProperty("workloads")[0].GetProperty("requests_per_day").GetDecimal());
        Assert.Contains("200 % of its capacity is used; it cannot serve them all", Option(estimate, "ml.g5.xlarge alone").GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_model_is_unpriced_and_said()
    {
        CliEnd end = await _bench.RunAsync("estimate", "--requests", "1/day", "--input", "1", "--output", "1", "--model", "gpt-4p");

        Assert.Equal(ExitCode.Ok, end.Exit);
        Assert.Matches(@"(?m)^real time +unpriced +unpriced +unpriced ", end.Out);
        Assert.Contains("real time: no price of 'gpt-4p' is known; did you mean 'gpt-4o'?", end.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compute_file_and_a_price_of_ones_own_win()
    {
        _bench.Write("compute.json", """{"instances":[{"name":"mine","effective_from":"2026-11-01","source":"offer 7","per_hour":0.5}]}""");
        _bench.Write("own.yaml", """
            prices: { house-model: { input: 1, output: 2, batch: { input: 0.5, output: 1 } } }
            model: house-model
            workloads: { w: { rate: 1000/day, input: 1000, output: 1000 } }
            options:
              api: [ { serve: w, by: batch } ]
              own: [ { serve: w, endpoint: mine } ]
            """);
        CliEnd end = await _bench.RunAsync("estimate", "own.yaml", "--compute", "compute.json", "--json");

        using JsonDocument answer = JsonDocument.Parse(end.Out);
        Assert.Equal(1.5m, Money(Option(answer.RootElement.GetProperty("data")[0], "api").GetProperty("day_usd"), "low"));
        Assert.Equal(12m, Money(Option(answer.RootElement.GetProperty("data")[0], "own").GetProperty("day_usd"), "low"));
    }

    [Fact]
    public async Task Break_evens_say_from_where_on_each_way_costs_less_and_where_the_scenario_is()
    {
        CliEnd end = await _bench.RunAsync("estimate", Path.Combine(s_samples, "own-endpoint.yaml"), "--break-even");

        Assert.Equal(ExitCode.Ok, end.Exit);
        Assert.Matches(@"(?m)^ml\.g5\.xlarge around the clock, or requests by real time, claude-3-haiku +67,680 requests/day +12,000 requests/day +the API costs less", end.Out);
        Assert.Matches(@"(?m)^ml\.g5\.xlarge around the clock, or requests by real time, claude-3-haiku, by utilisation +0\.705 +0\.125 +the API costs less", end.Out);
        Assert.Matches(@"(?m)^ml\.g5\.xlarge around the clock, or requests by batch, claude-3-haiku, by utilisation +1\.41 +0\.125 +the API costs less", end.Out);
        Assert.Matches(@"(?m)^ml\.g5\.xlarge started for each batch, or requests by batch, claude-3-haiku, by requests per batch +never +the API costs less", end.Out);
        Assert.Matches(@"(?m)^ml\.g5\.xlarge around the clock, or requests on sagemaker-serverless +69,458\.1281 requests/day +12,000 requests/day +serverless costs less", end.Out);
    }

    [Theory]
    [InlineData("prefix-cache", "requests per write", "1.277777777778")]
    [InlineData("prefix-cache", "shortened to 40 %", "7.666666666667")]
    [InlineData("reserved-and-burst", "2 × g5.xlarge", "0.63")]
    [InlineData("spot", "0.1 interruptions an hour, a checkpoint every 10 min, or on demand", "0.03276")]
    public async Task Break_evens_are_in_the_JSON_with_their_arithmetic(string file, string question, string threshold)
    {
        JsonElement estimate = await EstimateAsync(file, "--break-even", "--explain");
        JsonElement found = estimate.GetProperty("break_evens").EnumerateArray().First(even => even.GetProperty("question").GetString()!.Contains(question, StringComparison.Ordinal));

        Assert.StartsWith(threshold, found.GetProperty("threshold").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(0, found.GetProperty("explanation").GetArrayLength());
    }

    private async Task<JsonElement> EstimateAsync(string name, params string[] options)
    {
        CliEnd end = await _bench.RunAsync(["estimate", Path.Combine(s_samples, name + ".yaml"), "--json", .. options]);
        Assert.Equal((ExitCode.Ok, ""), (end.Exit, end.Error));
        using JsonDocument answer = JsonDocument.Parse(end.Out);
        return answer.RootElement.GetProperty("data")[0].Clone();
    }

    private static JsonElement Option(JsonElement estimate, string name) =>
        estimate.GetProperty("options").EnumerateArray().Single(option => option.GetProperty("name").GetString() == name);

    private static decimal Money(JsonElement element, string name) => decimal.Parse(element.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private static string Samples()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Leeway.slnx")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "samples", "scenarios");
    }
}
