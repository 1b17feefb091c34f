using Leeway.Cli;

namespace Leeway.Gateway.Tests.Cli;

/// <summary>Scenario files and flags that cannot be used: what is wrong, where, and what to do.</summary>
public sealed class EstimateInputTests : IAsyncDisposable
{
    private const string Head = "model: gpt-4o\nworkloads: { w: { rate: 10/day, input: 5, output: 5 } }\noptions:\n  o: [ ";
    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("{ serve: w, by: bach } ]", "s.yaml:4:24 options.o[0].by: 'bach' is not one of real_time, priority, flex, batch, cache; did you mean 'batch'?")]
    [InlineData("{ serve: v, by: batch } ]", "s.yaml:4:17 options.o[0].serve: the scenario has no workload 'v'; known: w")]
    [InlineData("{ serve: w, by: batch, wndow: night } ]", "unknown key 'wndow'; did you mean 'window'?")]
    [InlineData("{ serve: w, by: batch, window: night } ]", "options.o[0].window: window does not go with by; with by go serve, share, model")]
    [InlineData("{ serve: w, by: batch, endpoint: ml.g5.xlarge } ]", "options.o[0]: is by and endpoint at once; write one of by, endpoint")]
    [InlineData("{ serve: w } ]", "options.o[0]: does not say what it is; write one of")]
    [InlineData("{ by: batch } ]", "options.o[0].serve: serve is missing; a part with by needs serve")]
    [InlineData("{ serve: w, by: batch, share: 90% } ]", "options.o: serves 90 % of 'w'; the shares of its parts must be 100 % together")]
    [InlineData("{ serve: w, by: batch, share: 90 } ]", "'90' is not a share: the most is 1; 90 per cent is written 90%")]
    [InlineData("{ serve: w, by: batch, cached: true } ]", "'w' has nothing that could be cached; say which part of its input is alike")]
    [InlineData("{ endpoint: ml.g5.xlrge } ]", "no price of 'ml.g5.xlrge' is known; did you mean 'ml.g5.xlarge'?; --compute FILE adds instances")]
    [InlineData("{ endpoint: ml.g5.xlarge, hours: 25 } ]", "'25' is not hours a day: the most is 24")]
    [InlineData("{ endpoint: ml.g5.xlarge, count: -1 } ]", "'-1' is not a whole number: the least is 0")]
    [InlineData("{ endpoint: ml.g5.xlarge, window: nite } ]", "no off-peak window 'nite' is known")]
    [InlineData("{ spot: g5.xlarge } ]", "hours is missing; a part with spot needs hours")]
    [InlineData("{ spot: ml.g5.xlarge, hours: 6 } ]", "no spot discount of 'ml.g5.xlarge' is known; write for instance discount: 60%..90%")]
    [InlineData("{ spot: g5.xlarge, hours: 6, discount: 90%..60% } ]", "the first bound is above the second")]
    [InlineData("{ spot: g5.xlarge, hours: 6, interruptions: 60/hour, checkpoint_every: 24h } ]", "work between two interruptions practically never completes")]
    [InlineData("{ serve: w, serverless: aws-lamda, takes: 2s } ]", "no price of 'aws-lamda' is known; did you mean 'aws-lambda'?")]
    [InlineData("{ reserved: g5.xlarge, count: 1, demand: [1, 2] } ]", "demand: has 2 values; a day has 24 hours")]
    [InlineData("{ fixed: 200 } ]", "'200' is not an amount in USD per request, hour, day or month: say per what")]
    [InlineData("{ fixed: -200/month } ]", "it is negative")]
    [InlineData("{ fixed: NaN/month } ]", "'NaN/month' is not an amount in USD")]
    [InlineData("{ fixed: 1/request } ]", "a sum per request needs a workload; write serve: WORKLOAD")]
    [InlineData("]", "options.o: has no parts")]
    public async Task A_part_that_makes_no_sense_is_refused_by_place_and_remedy(string part, string told) => await RefusedAsync(Head + part, told);

    [Theory]
    [InlineData("rate: -1/day, input: 5, output: 5", "s.yaml:2:25 workloads.w.rate: '-1/day' is not a rate: it is negative; write it like 10_000/day")]
    [InlineData("rate: 10000, input: 5, output: 5", "'10000' is not a rate: say per what: /day, /hour, /minute or /second")]
    [InlineData("rate: NaN/day, input: 5, output: 5", "'NaN/day' is not a rate")]
    [InlineData("rate: 99999999999999999999999999999999999/day, input: 5, output: 5", "is not a rate: the most is 1,000,000,000,000")]
    [InlineData("rate: 20000000/second, input: 5, output: 5", "is not a rate: the most is 11,574,074.074074")]
    [InlineData("rate: 1/day, input: -5, output: 5", "'-5' is not a whole number: the least is 0")]
    [InlineData("rate: 1/day, input: 2000000000, output: 5", "the most is 1000000000")]
    [InlineData("rate: 1/day, input: 1.5, output: 5", "'1.5' is not a whole number")]
    [InlineData("rate: 1/day, input: 5", "workloads.w.output: output is missing; write output: 200")]
    [InlineData("rate: 1/day, input: 5, output: 5, deadline: 0s", "'0s' is not a duration: it must be more than zero")]
    [InlineData("rate: 1/day, input: 5, output: 5, cacheable: 80%, cache_writes: 2/day", "2 a day is more than the 1 requests a day")]
    [InlineData("rate: 1/day, input: 5, output: 5, cache_writes: 1/day", "cache_writes: goes with cacheable")]
    public async Task A_workload_that_cannot_be_is_refused_by_place_and_remedy(string workload, string told) =>
        await RefusedAsync($"model: gpt-4o\nworkloads: {{ w: {{ {workload} }} }}\noptions: {{ o: [ {{ serve: w, by: batch }} ] }}", told);

    [Theory]
    [InlineData("", "must be a map with options, got nothing")]
    [InlineData("- 1", "must be a map with options, got a list")]
    [InlineData("a: [", "not YAML")]
    [InlineData("options: {}", "options: has no options to compare")]
    [InlineData("name: x", "options: options is missing")]
    [InlineData("version: 2\noptions: { o: [ { fixed: 1/day } ] }", "'2' is not a whole number: the most is 1")]
    [InlineData("month: 31d\noptions: { o: [ { fixed: 1/day } ] }", "'31d' is not one of 30d, 730h")]
    [InlineData("workloads: { w: { rate: 1/day, input: 1, output: 1 } }\noptions: { o: [ { serve: w, by: batch } ] }", "no model is named")]
    [InlineData("options: { o: [ { fixed: 1/day } ] }\nprinted: [ { says: a, option: p, usd: 1 } ]", "printed[0].option: the scenario has no option 'p'; known: o")]
    [InlineData("options: { o: [ { fixed: 1/day } ] }\nprinted: [ { says: a, option: o } ]", "needs a figure: usd or percent")]
    [InlineData("options: { o: [ { fixed: 1/day } ] }\nprinted: [ { says: a, option: o, percent: 5 } ]", "is a share of nothing")]
    [InlineData("options: { o: [ { fixed: 1/day } ], o: [ { fixed: 2/day } ] }", "duplicate key 'o'")]
    public async Task A_file_that_is_no_scenario_is_refused(string yaml, string told) => await RefusedAsync(yaml, told);

    [Theory]
    [InlineData("estimate", ExitCode.Usage, "--requests, --input, --output, --model are missing.")]
    [InlineData("estimate --requests 1/day --input 1 --output 1", ExitCode.Usage, "--model is missing.")]
    [InlineData("estimate --requests many --input 1 --output 1 --model gpt-4o", ExitCode.Usage, "--requests: 'many' is not a rate: say per what")]
    [InlineData("estimate --requests 1/day --input -1 --output 1 --model gpt-4o", ExitCode.Usage, "--input: '-1' is not a whole number: the least is 0.")]
    [InlineData("estimate --requests 1/day --input 1 --output NaN --model gpt-4o", ExitCode.Usage, "--output: 'NaN' is not a whole number.")]
    [InlineData("estimate --requests 1/day --input 1 --output 1 --model gpt-4o --hours 6", ExitCode.Usage, "--hours and --capacity go with --endpoint.")]
    [InlineData("estimate --requests 1/day --input 1 --output 1 --model gpt-4o --endpoint nowhere", ExitCode.Usage, "no price of 'nowhere' is known")]
    [InlineData("estimate absent.yaml", ExitCode.NotFound, "absent.yaml is not there.")]
    [InlineData("estimate s.yaml --requests 1/day", ExitCode.Usage, "A scenario file says its workload itself.")]
    [InlineData("estimate s.yaml --compute absent.json", ExitCode.NotFound, "absent.json is not there.")]
    [InlineData("estimate s.yaml --compute s.yaml", ExitCode.Failed, "s.yaml: is not valid JSON")]
    [InlineData("estimate s.yaml --at someday", ExitCode.Usage, "--at: 'someday' is no span and no date.")]
    public async Task What_cannot_be_done_is_said_with_what_to_do(string command, int exit, string told)
    {
        _bench.Write("s.yaml", "options: { o: [ { fixed: 1/day } ] }");
        CliEnd end = await _bench.RunAsync(command.Split(' '));

        Assert.Equal(exit, end.Exit);
        Assert.Contains(told, end.Error, StringComparison.Ordinal);
        Assert.Empty(end.Out);
    }

    [Fact]
    public async Task Figures_too_large_to_compute_with_are_told_and_not_guessed()
    {
        _bench.Write("c.json", """{"serverless":[{"name":"gold","effective_from":"2026-11-01","per_gb_second":1000000,"per_cpu_second":1000000}]}""");
        _bench.Write("s.yaml", "workloads: { w: { rate: 1000000000000/day, input: 1, output: 1 } }\noptions: { o: [ { serve: w, serverless: gold, takes: 3650d, memory: 100000 } ] }");
        CliEnd end = await _bench.RunAsync("estimate", "s.yaml", "--compute", "c.json");

        Assert.Equal((ExitCode.Failed, ""), (end.Exit, end.Out));
        Assert.Contains("s: a figure is too large to compute with.", end.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("estimate --requests 0/day --input 0 --output 0 --model gpt-4o --break-even --explain")]
    [InlineData("estimate --requests 0.000001/day --input 1 --output 0 --model gpt-4o --break-even --explain")]
    [InlineData("estimate --requests 1000000000000/day --input 1000000000 --output 1000000000 --model claude-opus-5 --break-even --explain")]
    [InlineData("estimate --requests 5/day --input 0 --output 9 --model claude-3-5-sonnet --cacheable 100% --cache-writes 5/day --break-even --explain")]
    [InlineData("estimate --requests 5/day --input 7 --output 9 --model unknown --cacheable 0% --endpoint ml.g5.xlarge --hours 0 --capacity 0/hour --break-even --explain")]
    public async Task Nothing_little_and_very_much_are_computed(string command)
    {
        CliEnd end = await _bench.RunAsync(command.Split(' '));

        Assert.Equal((ExitCode.Ok, ""), (end.Exit, end.Error));
        Assert.Contains("batch", end.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_error_of_every_file_is_told_at_once()
    {
        _bench.Write("a.yaml", "options: { o: [ { fixed: 1/year } ], p: [ { by: batch } ] }\nmonth: long");
        _bench.Write("b.yaml", "option: {}");
        CliEnd end = await _bench.RunAsync("estimate", "a.yaml", "b.yaml");

        Assert.Equal(ExitCode.ConfigInvalid, end.Exit);
        Assert.Contains("a.yaml:1:26 options.o[0].fixed:", end.Error, StringComparison.Ordinal);
        Assert.Contains("a.yaml:2:8 month: 'long'", end.Error, StringComparison.Ordinal);
        Assert.Contains("b.yaml:1:1 option: unknown key 'option'; did you mean 'options'?", end.Error, StringComparison.Ordinal);
        Assert.Contains("4 errors; nothing was computed.", end.Error, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(string yaml, string told)
    {
        CliEnd end = await _bench.RunAsync("estimate", _bench.Write("s.yaml", yaml));

        Assert.Equal(ExitCode.ConfigInvalid, end.Exit);
        Assert.Contains(told, end.Error, StringComparison.Ordinal);
        Assert.Empty(end.Out);
    }
}
