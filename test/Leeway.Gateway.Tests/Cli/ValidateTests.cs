using System.Text.Json;
using Leeway.Cli;
using Leeway.Gateway.Tests.Files;

namespace Leeway.Gateway.Tests.Cli;

public sealed class ValidateTests : IAsyncDisposable
{
    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_good_file_is_told_in_a_sentence()
    {
        CliEnd end = await _bench.RunAsync("validate", _bench.Write("in.jsonl", FileClient.Line("a") + "\n" + FileClient.Line("b", "gpt-4o")));

        Assert.Equal((ExitCode.Ok, ""), (end.Exit, end.Out));
        Assert.Contains("in.jsonl is good: 2 lines, about ", end.Error, StringComparison.Ordinal);
        Assert.Contains("gpt-4o-mini, gpt-4o.", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_lines_are_a_table_or_JSON()
    {
        string file = _bench.Write("in.jsonl", $"{FileClient.Line("a")}\n{{\"custom_id\":7}}\n{FileClient.Line("a")}\n");
        CliEnd table = await _bench.RunAsync("validate", file);
        CliEnd json = await _bench.RunAsync("validate", file, "--json");

        Assert.Equal((ExitCode.Failed, ExitCode.Failed), (table.Exit, json.Exit));
        Assert.Matches(@"(?m)^2 +14 +invalid_value +custom_id must be a string \(got a number\)", table.Out.Replace('\u00A0', ' '));
        Assert.Matches(@"(?m)^3 +14 +a +duplicate_custom_id +custom_id ""a"" is already on line 1", table.Out);
        Assert.Contains("2 of 3 lines are bad. Nothing was sent.", table.Error, StringComparison.Ordinal);
        using JsonDocument report = JsonDocument.Parse(json.Out);
        Assert.Equal((3, 2, false), (report.RootElement.GetProperty("lines").GetInt32(), report.RootElement.GetProperty("bad_lines").GetInt32(), report.RootElement.GetProperty("good").GetBoolean()));
        Assert.Equal(["invalid_value", "duplicate_custom_id"], report.RootElement.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task The_limits_are_those_of_the_configuration()
    {
        _bench.Write("leeway.yaml", "version: 1\nserver: { limits: { batch_lines: 1, batch_file: 100 } }\n");
        CliEnd end = await _bench.RunAsync("validate", _bench.Write("in.jsonl", FileClient.Line("a") + "\n" + FileClient.Line("b")));

        Assert.Equal(ExitCode.Failed, end.Exit);
        Assert.Contains("too_many_tasks", end.Out, StringComparison.Ordinal);
        Assert.Contains("(server.limits.batch_file)", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_found()
    {
        CliEnd end = await _bench.RunAsync("validate", "absent.jsonl");
        Assert.Equal(ExitCode.NotFound, end.Exit);
    }
}
