using Leeway.Cli;

namespace Leeway.Gateway.Tests.Cli;

/// <summary>What <c>run</c> refuses before anything is sent.</summary>
public sealed class RunInputTests : IAsyncDisposable
{
    private const string Good = """{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o","messages":[]}}""";

    private readonly CliBench _bench = new();

    // Nothing listens there: a test that gets past the input fails for that.
    public RunInputTests() => _bench.Variables["LEEWAY_URL"] = "http://127.0.0.1:9";

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Every_bad_line_is_named_with_its_place()
    {
        string file = _bench.Write("b.jsonl", $$$"""
            {{{Good}}}
            {"custom_id":"b","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o","messages":"hi"}}
            {"custom_id":
            {{{Good}}}
            {"custom_id":"c","method":"GET","url":"/v1/chat/completions","body":{"model":"gpt-4o","messages":[]}}
            """);

        CliEnd end = await _bench.RunAsync("run", file, "-o", "out.jsonl", "--yes");

        Assert.Equal(ExitCode.Failed, end.Exit);
        Assert.Contains("b.jsonl:2:99 body.messages must be an array (got \"hi\") — custom_id \"b\"", end.Error, StringComparison.Ordinal);
        Assert.Contains("b.jsonl:3:", end.Error, StringComparison.Ordinal);
        Assert.Contains("b.jsonl:4 custom_id \"a\" is already on line 1", end.Error, StringComparison.Ordinal);
        Assert.Contains("b.jsonl:5:27 method must be \"POST\" (got \"GET\")", end.Error, StringComparison.Ordinal);
        Assert.Contains("4 of 5 lines are wrong. Nothing was sent.", end.Error, StringComparison.Ordinal);
        Assert.False(_bench.Exists("out.jsonl.leeway"));
    }

    [Fact]
    public async Task No_more_than_a_hundred_bad_lines_are_listed()
    {
        string file = _bench.Write("b.jsonl", string.Concat(Enumerable.Repeat("[]\n", 103)));

        CliEnd end = await _bench.RunAsync("run", file);

        Assert.Contains("b.jsonl:100:1 ", end.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("b.jsonl:101:", end.Error, StringComparison.Ordinal);
        Assert.Contains("and 3 more", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_placeholder_names_the_columns_there_are()
    {
        string file = _bench.Write("t.csv", "\uFEFFid,body\n1,x\n");

        CliEnd end = await _bench.RunAsync("run", file, "--template", "{{text}}", "--model", "gpt-4o");

        Assert.Equal(ExitCode.Usage, end.Exit);
        Assert.Contains("no column 'text'", end.Error, StringComparison.Ordinal);
        Assert.Contains("The columns are: id, body.", end.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "run", "t.csv")]
    [InlineData(ExitCode.Usage, "run", "t.csv", "--template", "x")]
    [InlineData(ExitCode.Usage, "run", "t.jsonl", "--model", "gpt-4o")]
    [InlineData(ExitCode.Usage, "run", "t.jsonl", "--by", "tomorrow")]
    [InlineData(ExitCode.Usage, "run", "t.jsonl", "--by", "now")]
    [InlineData(ExitCode.Usage, "run")]
    [InlineData(ExitCode.Usage, "nonsense")]
    [InlineData(ExitCode.NotFound, "run", "absent.jsonl")]
    [InlineData(ExitCode.Failed, "queue", "--admin", "http://127.0.0.1:9")]
    [InlineData(ExitCode.Usage, "queue", "--admin", "localhost")]
    public async Task Exit_codes_are_stable(int expected, params string[] args)
    {
        CliEnd end = await _bench.RunAsync(args);
        Assert.Equal(expected, end.Exit);
        Assert.NotEqual("", end.Error);
    }

    [Fact]
    public async Task The_quote_is_told_and_a_larger_one_than_max_cost_sends_nothing()
    {
        string file = _bench.Write("b.jsonl", """{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o","max_tokens":1000000,"messages":[]}}""");

        CliEnd end = await _bench.RunAsync("run", file, "--by", "6h", "--max-cost", "4.99");

        Assert.Equal(ExitCode.Failed, end.Exit);
        Assert.Contains("Quote: $5.00 by batch, $10.00 in real time.", end.Error, StringComparison.Ordinal);
        Assert.Contains("above --max-cost $4.99", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_needs_leave_for_a_dollar_and_a_person_is_asked()
    {
        string file = _bench.Write("b.jsonl", """{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o","max_tokens":1000000,"messages":[]}}""");

        CliEnd script = await _bench.RunAsync("run", file, "--by", "6h");
        _bench.CanAsk = true;
        _bench.Input = "n\n";
        CliEnd person = await _bench.RunAsync("run", file, "--by", "6h");

        Assert.Equal(ExitCode.Usage, script.Exit);
        Assert.Contains("--yes", script.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, person.Exit);
        Assert.Contains("Start? [y/N] ", person.Error, StringComparison.Ordinal);
        Assert.Contains("Not started.", person.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_under_json_is_json()
    {
        CliEnd end = await _bench.RunAsync("run", "absent.jsonl", "--json");
        using var error = System.Text.Json.JsonDocument.Parse(end.Error);
        Assert.Equal("file_not_found", error.RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(ExitCode.NotFound, error.RootElement.GetProperty("exit_code").GetInt32());
    }
}
