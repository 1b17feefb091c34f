using System.Text.Json;
using Leeway.Cli;
using Spectre.Console;

namespace Leeway.Gateway.Tests.Cli;

public sealed class DecideTests : IAsyncDisposable
{
    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Flags_give_a_verdict_with_its_rules_its_flips_and_the_money()
    {
        CliEnd end = await _bench.RunAsync([.. "decide --latency 10m --volume 20000/day --urgent 10% --cost-weight 70% --model gpt-4o --input-tokens 800 --output-tokens 200".Split(' ')]);

        Assert.Equal(ExitCode.Ok, end.Exit);
        Assert.StartsWith("HYBRID: 10 % at once, 90 % in batches (2,000 and 18,000 requests a day).", end.Out, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^batch +more than 100 requests gather in a batch +125 +100 +25 +holds +\+2", end.Out);
        Assert.Matches(@"(?m)^latency +10m00s +5m00s or less +5m00s +real time", end.Out);
        Assert.Contains("Money at stake: $1080.00 saved (45 %).", end.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_in_YAML_or_JSON_says_the_same_as_flags_and_flags_win()
    {
        string yaml = _bench.Write("profile.yaml", "latency: 10m\nurgent: 10%\nvolume: 20000/day\ncost_weight: 0.7\nmodel: gpt-4o\ninput_tokens: 800\noutput_tokens: 200\n");
        string json = _bench.Write("profile.json", """{"latency":"10m","urgent":0.1,"volume":20000,"cost_weight":"70%","model":"gpt-4o","input_tokens":800,"output_tokens":200}""");
        CliEnd fromYaml = await _bench.RunAsync("decide", "--profile", yaml, "--json");
        CliEnd fromJson = await _bench.RunAsync("decide", "--profile", json, "--json");
        CliEnd won = await _bench.RunAsync("decide", "--profile", json, "--json", "--urgent", "0%");

        Assert.Equal(fromYaml.Out, fromJson.Out);
        using JsonDocument hybrid = JsonDocument.Parse(fromJson.Out);
        using JsonDocument batch = JsonDocument.Parse(won.Out);
        Assert.Equal(("hybrid", 0.1), (hybrid.RootElement.GetProperty("verdict").GetString(), hybrid.RootElement.GetProperty("split").GetProperty("realtime").GetDouble()));
        Assert.Equal(1080m, decimal.Parse(hybrid.RootElement.GetProperty("money").GetProperty("at_stake_usd").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(13, hybrid.RootElement.GetProperty("rules").GetArrayLength());
        Assert.Equal("batch", batch.RootElement.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task Questions_are_answered_with_arrow_keys_and_the_flags_that_say_the_same_are_told()
    {
        // Latency: the fourth answer; urgent: the third; volume: the fourth; everything else: the first, which names no model.
        _bench.CanAsk = true;
        _bench.Keys = new Keys("DDDE DDE DDDE E E E E");
        CliEnd end = await _bench.RunAsync("decide");

        Assert.Equal(ExitCode.Ok, end.Exit);
        Assert.Contains("The same again: leeway decide --latency 15m --urgent 10% --volume 20000/day --predictability predictable --revenue-critical no --cost-weight 90%", end.Error, StringComparison.Ordinal);
        Assert.StartsWith("HYBRID: 10 % at once", end.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_price_is_said_and_no_number_stands_for_it()
    {
        CliEnd end = await _bench.RunAsync([.. "decide --latency 1h --volume 500 --model mystery --input-tokens 1 --output-tokens 1 --json".Split(' ')]);

        using JsonDocument decision = JsonDocument.Parse(end.Out);
        JsonElement money = decision.RootElement.GetProperty("money");
        Assert.Equal(JsonValueKind.Null, money.GetProperty("at_stake_usd").ValueKind);
        Assert.Equal("no price of 'mystery' is known", money.GetProperty("unknown_because").GetString());
    }

    [Theory]
    [InlineData("decide", "--latency", "--latency 10m")]
    [InlineData("decide --latency 07:00", "'07:00' is no wait", "10m or 24h")]
    [InlineData("decide --latency 500d", "'500d' is no wait", "366 days")]
    [InlineData("decide --latency -5m", "'-5m' is no wait", "10m or 24h")]
    [InlineData("decide --latency 1h --urgent 110%", "--urgent: 1.1 is no share", "10%")]
    [InlineData("decide --latency 1h --urgent NaN", "--urgent: 'NaN' is no share", "10%")]
    [InlineData("decide --latency 1h --volume 5/fortnight", "--volume: '5/fortnight' is no rate", "20000/day")]
    [InlineData("decide --latency 1h --volume -5", "--volume: -5 is no number of requests", "from 0")]
    [InlineData("decide --latency 1h --revenue-critical perhaps", "'perhaps' is neither yes nor no", "yes or no")]
    [InlineData("decide --latency 1h --input-tokens 5", "--output-tokens: is missing", "together")]
    [InlineData("decide --latency 1h --input-tokens 5.5 --output-tokens 1", "'5.5' is no number of tokens", "whole number")]
    [InlineData("decide --latency 1h --input-tokens 5 --cached-tokens 6 --output-tokens 1", "--cached-tokens: 6 is more than the 5 input tokens", "input_tokens")]
    [InlineData("decide --latency 1h --predictability sometimes", "'sometimes' is no share", "percentage")]
    [InlineData("decide --profile none.yaml", "there is no file 'none.yaml'", "latency: 10m")]
    public async Task Bad_input_names_the_field_the_value_and_the_remedy(string line, string wrong, string remedy)
    {
        CliEnd end = await _bench.RunAsync(line.Split(' '));

        Assert.Equal((ExitCode.Usage, ""), (end.Exit, end.Out));
        Assert.Contains(wrong, end.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, end.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("urgnt: 10%", "profile.yaml:1:1 urgnt: a profile has no such field", "Did you mean 'urgent'?")]
    [InlineData("latency: 10m\nurgent: lots", "profile.yaml:2:1 urgent: 'lots' is no share", "percentage")]
    [InlineData("latency: [10m]", "profile.yaml:1:1 latency: a single value is expected here, not a list", "")]
    [InlineData("- latency", "a map of names and values is expected", "")]
    [InlineData("", "the file is empty", "")]
    [InlineData("latency: 1h\nlatency: 2h", "duplicate key 'latency'", "")]
    public async Task A_bad_profile_is_told_with_line_and_column(string content, string wrong, string remedy)
    {
        CliEnd end = await _bench.RunAsync("decide", "--profile", _bench.Write("profile.yaml", content));

        Assert.Equal(ExitCode.Usage, end.Exit);
        Assert.Contains(wrong, end.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, end.Error, StringComparison.Ordinal);
    }

    /// <summary>D is the arrow down, E is Enter.</summary>
    private sealed class Keys(string keys) : IAnsiConsoleInput
    {
        private readonly Queue<char> _keys = new(keys.Where(key => key != ' '));

        public bool IsKeyAvailable() => _keys.Count > 0;

        public ConsoleKeyInfo? ReadKey(bool intercept) => !_keys.TryDequeue(out char key) ? throw new InvalidOperationException("More was asked than the test answers.")
            : key == 'D' ? new ConsoleKeyInfo('\0', ConsoleKey.DownArrow, false, false, false)
            : new ConsoleKeyInfo('\r', ConsoleKey.Enter, false, false, false);

        public Task<ConsoleKeyInfo?> ReadKeyAsync(bool intercept, CancellationToken cancellationToken) => Task.FromResult(ReadKey(intercept));
    }
}
