using System.Text.Json;
using Leeway.Cli;

namespace Leeway.Gateway.Tests.Cli;

/// <summary><c>run</c> against a real gateway and a sandbox.</summary>
public sealed class RunTests : IAsyncDisposable
{
    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_csv_gives_one_result_per_row_in_order_and_a_second_run_sends_nothing()
    {
        await _bench.StartGatewayAsync();
        string file = _bench.Write("t.csv", "id,body\n" + string.Concat(Enumerable.Range(0, 600).Select(i => $"t{i},\"ticket, {i}\"\n")));
        string[] command = ["run", file, "--template", "Summarise: {{body}}", "--model", "gpt-4o", "--id-column", "id", "--by", "1h", "-o", "out.jsonl"];

        CliEnd first = await _bench.RunAsync(command);

        Assert.True(first.Exit == ExitCode.Ok, first.Error);
        string[] lines = _bench.Lines("out.jsonl");
        Assert.Equal(Enumerable.Range(0, 600).Select(i => $"t{i}"), lines.Select(line => Member(line, "custom_id")));
        using (JsonDocument result = JsonDocument.Parse(lines[0]))
        {
            Assert.StartsWith("req_", result.RootElement.GetProperty("id").GetString(), StringComparison.Ordinal);
            Assert.Equal(200, result.RootElement.GetProperty("response").GetProperty("status_code").GetInt32());
            Assert.Equal("chat.completion", result.RootElement.GetProperty("response").GetProperty("body").GetProperty("object").GetString());
            Assert.Equal(JsonValueKind.Null, result.RootElement.GetProperty("error").ValueKind);
        }

        Assert.Contains("600 done, 0 failed, 0 expired", first.Error, StringComparison.Ordinal);
        Assert.Contains("(50 %)", first.Error, StringComparison.Ordinal);

        CliEnd second = await _bench.RunAsync(command);
        Assert.Equal(ExitCode.Ok, second.Exit);
        Assert.Contains("complete already", second.Error, StringComparison.Ordinal);

        command[3] = "Shorten: {{body}}";
        CliEnd changed = await _bench.RunAsync(command);
        Assert.Equal(ExitCode.Usage, changed.Exit);
        Assert.Contains("--restart", changed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_run_goes_on_with_the_same_run_and_the_same_deadline()
    {
        await _bench.StartGatewayAsync(("lanes.batch.poll.min", "3s"));
        string file = _bench.Write("p.jsonl", "{\"q\":\"one\"}\n{\"q\":\"two\"}\n");
        string[] command = ["run", file, "--template", "{{q}}", "--model", "gpt-4o", "--by", "1h", "-o", "out.jsonl"];

        using var stop = new CancellationTokenSource();
        Task<CliEnd> running = _bench.RunAsync(stop.Token, command);
        while (!_bench.Exists("out.jsonl.leeway"))
        {
            await Task.Yield();
        }

        await stop.CancelAsync();
        CliEnd stopped = await running;
        string before = Member(File.ReadAllText(Path.Combine(_bench.Folder, "out.jsonl.leeway")), "run");
        CliEnd resumed = await _bench.RunAsync(command);

        Assert.Equal(ExitCode.Interrupted, stopped.Exit);
        Assert.Contains("leeway run --cancel p.jsonl -o out.jsonl", stopped.Error, StringComparison.Ordinal);
        Assert.True(resumed.Exit == ExitCode.Ok, resumed.Error);
        Assert.Contains($"Taking up {before}", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(["row-1", "row-2"], _bench.Lines("out.jsonl").Select(line => Member(line, "custom_id")));
        Assert.False(_bench.Exists("out.jsonl.tmp"));
    }

    [Fact]
    public async Task Bad_and_refused_lines_have_a_result_too_and_the_exit_code_says_so()
    {
        await _bench.StartGatewayAsync();
        string file = _bench.Write("b.jsonl", """
            {"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"no-such-model","messages":[{"role":"user","content":"x"}]}}
            {"custom_id":"b"}
            {"custom_id":"c","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o","messages":[{"role":"user","content":"x"}]}}
            """);

        CliEnd end = await _bench.RunAsync("run", file, "-o", "-", "--by", "1h", "--partial", "--yes");

        Assert.Equal(ExitCode.PartialFailure, end.Exit);
        string[] lines = end.Out.TrimEnd().Split('\n');
        Assert.Equal(["a", "b", "c"], lines.Select(line => Member(line, "custom_id")));
        Assert.Contains("model_not_found", lines[0], StringComparison.Ordinal);
        Assert.Contains("b.jsonl:2", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"status_code\":200", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_gateway_one_runs_in_process_on_the_sandbox()
    {
        string file = _bench.Write("p.jsonl", "{\"q\":\"one\"}\n");
        string taken = _bench.Write("leeway.yaml", $"storage: {{ path: {Path.Combine(_bench.Folder, "data")} }}\n");
        Assert.True(_bench.Exists(taken));

        CliEnd end = await _bench.RunAsync("run", file, "--template", "{{q}}", "--model", "gpt-4o", "--by", "1h", "-o", "out.jsonl");

        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        Assert.Contains("SIMULATED", end.Error, StringComparison.Ordinal);
        Assert.Single(_bench.Lines("out.jsonl"));
    }

    private static string Member(string json, string name)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(name).GetString()!;
    }
}
