using System.Net.Http.Json;
using System.Text.Json;
using Leeway.Cli;

namespace Leeway.Gateway.Tests.Cli;

public sealed class ReportTests : IAsyncDisposable
{
    private const string Body = """{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}""";

    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_report_has_the_spend_the_deadlines_the_waits_and_how_results_were_picked_up()
    {
        await _bench.StartGatewayAsync(("priorities.standard.seal.age", "1s"));
        using var http = new HttpClient { BaseAddress = new Uri(_bench.Variables["LEEWAY_URL"]) };
        await AskAsync(http, "now", null);
        await AskAsync(http, "1h", null);
        string polled = await AskAsync(http, "1h", "respond-async");
        CliEnd shown;
        do
        {
            // Each look waits for the gateway a little; a look at an open request is no pick-up.
            shown = await _bench.RunAsync("request", "show", polled, "--json");
            Assert.True(shown.Exit == ExitCode.Ok, shown.Error);
        }
        while (JsonDocument.Parse(shown.Out).RootElement.GetProperty("state").GetString() is "queued" or "sealed" or "submitted" or "running");

        CliEnd end = await _bench.RunAsync("report", "--json");
        CliEnd text = await _bench.RunAsync("report", "--since", "1h", "--capacity", "sandbox/gpt-4o=1000");

        Assert.Equal((ExitCode.Ok, ExitCode.Ok), (end.Exit, text.Exit));
        using JsonDocument report = JsonDocument.Parse(end.Out);
        JsonElement root = report.RootElement;
        Assert.Equal(3, root.GetProperty("spend").GetProperty("requests").GetInt32());
        Assert.Equal(["batch", "realtime"], root.GetProperty("by_lane").EnumerateArray().Select(row => row.GetProperty("name").GetString()!).Order());
        JsonElement kept = Assert.Single(root.GetProperty("adherence").EnumerateArray());
        Assert.Equal(("standard", 2, 2), (kept.GetProperty("priority").GetString(), kept.GetProperty("met").GetInt32(), kept.GetProperty("ended").GetInt32()));
        JsonElement pickups = root.GetProperty("pickups");
        Assert.Equal((1, 1, 0), (pickups.GetProperty("held").GetInt32(), pickups.GetProperty("polled").GetInt32(), pickups.GetProperty("not_fetched").GetInt32()));
        Assert.Contains("utilisation", root.GetProperty("unmeasured")[0].GetString(), StringComparison.Ordinal);
        Assert.Matches(@"(?m)^total +3 +\$", text.Out);
        Assert.Matches(@"(?m)^standard +2 +2 +100 %", text.Out);
        Assert.Contains("1 on a held connection, 1 by polling", text.Out, StringComparison.Ordinal);
        Assert.Contains("utilisation: sandbox/gpt-4o", text.Out, StringComparison.Ordinal);
        Assert.Contains("1 finding.", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_window_says_so()
    {
        await _bench.StartGatewayAsync();
        CliEnd end = await _bench.RunAsync("report");

        Assert.Equal(ExitCode.Ok, end.Exit);
        Assert.Contains("No deferred request ended in this window.", end.Out, StringComparison.Ordinal);
        Assert.Contains("Nothing stands out.", end.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report --since yesterday", ExitCode.Usage, "--since: 'yesterday' is no span and no date", "7d")]
    [InlineData("report --until never", ExitCode.Usage, "--until: 'never' is no span and no date", "7d")]
    [InlineData("report --since 1h --until 2h", ExitCode.Failed, "'since' must be earlier than until", "Nothing was changed")]
    [InlineData("report --capacity fast", ExitCode.Failed, "got 'fast'", "vllm/llama=500")]
    [InlineData("report --capacity a/b=-1", ExitCode.Failed, "got 'a/b=-1'", "vllm/llama=500")]
    [InlineData("report --capacity a/b=5", ExitCode.Failed, "got 'a/b'", "of deployments that were paid in this window, and none was")]
    public async Task Bad_input_names_the_field_the_value_and_the_remedy(string line, int exit, string wrong, string remedy)
    {
        await _bench.StartGatewayAsync();
        CliEnd end = await _bench.RunAsync(line.Split(' '));

        Assert.Equal((exit, ""), (end.Exit, end.Out));
        Assert.Contains(wrong, end.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, end.Error, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(HttpClient http, string deadline, string? prefer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = new StringContent(Body.Replace("hello", $"hello {deadline} {prefer}", StringComparison.Ordinal), null, "application/json") };
        request.Headers.Add("Leeway-Deadline", deadline);
        if (prefer is not null)
        {
            request.Headers.Add("Prefer", prefer);
        }

        using HttpResponseMessage answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return body.GetProperty("id").GetString()!;
    }
}
