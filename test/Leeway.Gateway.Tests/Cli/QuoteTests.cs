using System.Text.Json;
using Leeway.Cli;

namespace Leeway.Gateway.Tests.Cli;

public sealed class QuoteTests : IAsyncDisposable
{
    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_quote_shows_each_lane_the_plan_and_the_guarantee()
    {
        await _bench.StartGatewayAsync();
        CliEnd end = await _bench.RunAsync("quote", "--model", "gpt-4o-mini", "--by", "6h", "--input", "1000", "--output", "300");

        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        Assert.Matches(@"(?m)^→ batch +\$0\.000165 +50 %", end.Out);
        Assert.Matches(@"(?m)^realtime +\$0\.00033 +0 %", end.Out);
        Assert.Matches(@"(?m)^Guarantee: realtime at .* if the batch is not back\.$", end.Out);
        Assert.Contains("1000 tokens in and up to 300 out", end.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_is_quoted_as_it_would_be_sent_and_json_is_the_gateways()
    {
        await _bench.StartGatewayAsync();
        _bench.Write("body.json", """{"model":"gpt-4o-mini","max_tokens":40,"messages":[{"role":"user","content":"hello"}]}""");
        CliEnd end = await _bench.RunAsync("quote", "-f", "body.json", "--endpoint", "/v1/messages", "--by", "1h", "--json");

        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        using JsonDocument quote = JsonDocument.Parse(end.Out);
        Assert.Equal(("leeway.quote", 40, "/v1/messages"), (
            quote.RootElement.GetProperty("object").GetString(), quote.RootElement.GetProperty("output_tokens").GetInt32(), quote.RootElement.GetProperty("endpoint").GetString()));
    }

    [Theory]
    [InlineData("--input, --output are", "quote", "--model", "gpt-4o-mini")]
    [InlineData("--file stands beside", "quote", "-f", "body.json", "--model", "gpt-4o-mini")]
    [InlineData("there is no 'nowhere.json'", "quote", "-f", "nowhere.json")]
    [InlineData("'broken.json' is not valid JSON (line 1, column 2)", "quote", "-f", "broken.json")]
    public async Task What_is_missing_or_too_much_is_named_before_anything_is_asked(string said, params string[] args)
    {
        _bench.Write("body.json", "{}");
        _bench.Write("broken.json", "{");
        CliEnd end = await _bench.RunAsync(args);

        Assert.Equal(ExitCode.Usage, end.Exit);
        Assert.Contains(said, end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_not_there_ends_with_not_found()
    {
        await _bench.StartGatewayAsync();
        CliEnd end = await _bench.RunAsync("quote", "--model", "gpt-nought", "--input", "1", "--output", "1");

        Assert.Equal(ExitCode.NotFound, end.Exit);
        Assert.Contains("gpt-nought", end.Error, StringComparison.Ordinal);
    }
}
