using System.Text.Json;
using Leeway.Cli;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Cli;

public sealed class CommandTests : IAsyncDisposable
{
    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Ask_prints_the_answer_alone_and_tells_the_cost_beside_it()
    {
        await _bench.StartGatewayAsync();

        CliEnd end = await _bench.RunAsync("ask", "Say hello");
        CliEnd json = await _bench.RunAsync("ask", "Say hello", "--json");
        CliEnd streamed = await _bench.RunAsync("ask", "Say hello", "--stream");

        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        Assert.Contains("cost $", end.Error, StringComparison.Ordinal);
        using JsonDocument body = JsonDocument.Parse(json.Out);
        Assert.Equal(body.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), end.Out.TrimEnd());
        Assert.Equal(end.Out, streamed.Out);
    }

    [Fact]
    public async Task Ask_by_a_deadline_says_the_id_and_request_commands_find_it()
    {
        await _bench.StartGatewayAsync(("hold.heartbeat", "1s"), ("hold.max", "2s"), ("priorities.standard.seal.age", "1s"));

        CliEnd end = await _bench.RunAsync("ask", "Say hello", "--by", "1h");

        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        string id = end.Error[end.Error.IndexOf("req_", StringComparison.Ordinal)..][..36];
        CliEnd show = await _bench.RunAsync("request", "show", id, "--json");
        using JsonDocument request = JsonDocument.Parse(show.Out);
        Assert.Equal("succeeded", request.RootElement.GetProperty("state").GetString());
        Assert.Contains("sealed", request.RootElement.GetProperty("timeline").EnumerateArray().Select(one => one.GetProperty("event").GetString()));
        Assert.Matches(@"(?m)^\d{4}-\d\d-\d\d [\d:]+ \S+ +\+\d+s +● +sealed +into a batch for sandbox/gpt-4o-mini \(", (await _bench.RunAsync("request", "show", id)).Out);
        Assert.Contains(id, (await _bench.RunAsync("request", "list")).Out, StringComparison.Ordinal);
        Assert.Contains("batch_", (await _bench.RunAsync("batch", "list")).Out, StringComparison.Ordinal);
        Assert.StartsWith("name,requests,", (await _bench.RunAsync("cost", "--by", "model", "--since", "7d", "--csv")).Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, (await _bench.RunAsync("queue")).Exit);
    }

    [Fact]
    public async Task Turnarounds_are_shown_with_what_is_assumed_and_what_was_seen()
    {
        await _bench.StartGatewayAsync(("hold.heartbeat", "1s"), ("hold.max", "60s"), ("priorities.standard.seal.age", "1s"));
        CliEnd none = await _bench.RunAsync("turnaround");
        CliEnd waited = await _bench.RunAsync("ask", "Say hello", "--by", "1h");
        Assert.True(waited.Exit == ExitCode.Ok, waited.Error);
        CliEnd table = await _bench.RunAsync("turnaround");
        using JsonDocument list = JsonDocument.Parse((await _bench.RunAsync("turnaround", "--deployment", "sandbox/gpt-4o-mini", "--json")).Out);

        Assert.Contains("(assumed)", none.Out, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^\(assumed\) .* (29|30|31) min ", none.Out);
        Assert.Contains("sandbox/gpt-4o-mini", table.Out, StringComparison.Ordinal);
        JsonElement[] lines = [.. list.RootElement.GetProperty("data").EnumerateArray()];
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("deployment").ValueKind);
        Assert.Equal((1, 0, "healthy"), (lines[1].GetProperty("seen").GetInt32() + lines[1].GetProperty("open").GetInt32(), lines[1].GetProperty("censored").GetInt32(), lines[1].GetProperty("regime").GetString()));
    }

    [Fact]
    public async Task Cold_starts_are_shown_for_servers_that_sleep()
    {
        await _bench.StartGatewayAsync(("providers.sandbox.kind", "container-instances"));
        CliEnd none = await _bench.RunAsync("cold-starts");
        for (int i = 0; i < 2; i++)
        {
            CliEnd ask = await _bench.RunAsync("ask", "--model", "gpt-4o-mini", "hello");
            Assert.True(ask.Exit == ExitCode.Ok, ask.Error);
        }

        CliEnd table = await _bench.RunAsync("cold-starts");
        using JsonDocument list = JsonDocument.Parse((await _bench.RunAsync("cold-starts", "--json")).Out);

        Assert.Contains("No deployment that scales to zero", none.Error + none.Out, StringComparison.Ordinal);
        Assert.Contains("sandbox/gpt-4o-mini", table.Out, StringComparison.Ordinal);
        JsonElement line = Assert.Single(list.RootElement.GetProperty("data").EnumerateArray());
        Assert.Equal((1, 1), (line.GetProperty("calls_after_idle").GetInt32(), line.GetProperty("calls_awake").GetInt32()));
        Assert.Equal(JsonValueKind.Number, line.GetProperty("cold_start_s").ValueKind);
    }

    [Fact]
    public async Task What_the_provider_said_about_its_tokens_is_shown_of_requests_that_waited_and_of_immediate_ones()
    {
        await _bench.StartGatewayAsync(("hold.heartbeat", "1s"), ("hold.max", "2s"), ("priorities.standard.seal.age", "1s"));
        CliEnd waited = await _bench.RunAsync("ask", "Say hello", "--by", "1h");
        Assert.True(waited.Exit == ExitCode.Ok, waited.Error);
        Assert.Equal(ExitCode.Ok, (await _bench.RunAsync("ask", "Say hello again")).Exit);

        CliEnd show = await _bench.RunAsync("request", "show", waited.Error[waited.Error.IndexOf("req_", StringComparison.Ordinal)..][..36]);
        Assert.Matches(@"(?m)^usage as told +\{""prompt_tokens"":\d+,", show.Out);
        Assert.Matches(@"(?m)^paid 1 +\$[\d.]+ batch .*at builtin:", show.Out);
        using JsonDocument entries = JsonDocument.Parse((await _bench.RunAsync("cost", "entries", "--json")).Out);
        JsonElement[] rows = [.. entries.RootElement.GetProperty("data").EnumerateArray()];
        Assert.Equal(["realtime", "batch"], rows.Select(row => row.GetProperty("lane").GetString()));
        Assert.All(rows, row => Assert.Equal(
            row.GetProperty("usage").GetProperty("input_tokens").GetInt64(), row.GetProperty("provider_usage").GetProperty("prompt_tokens").GetInt64()));
        Assert.Contains("prompt_tokens", (await _bench.RunAsync("cost", "entries", "--limit", "1")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sandbox_speaks_for_the_vendors_named_and_tells_each()
    {
        CliEnd one = await _bench.RunUntilFirstLineAsync("sandbox", "--port", "0", "--kind", "anthropic", "--json");
        CliEnd all = await _bench.RunUntilFirstLineAsync("sandbox", "--port", "0", "--kind", "all", "--json");
        CliEnd wrong = await _bench.RunAsync("sandbox", "--port", "0", "--kind", "anthropic,azzure");

        Assert.Equal((ExitCode.Ok, ExitCode.Ok, ExitCode.Usage), (one.Exit, all.Exit, wrong.Exit));
        Assert.Contains("Anthropic, base URL", one.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("OpenAI, base URL", one.Error, StringComparison.Ordinal);
        Assert.All(SandboxVendors.All, vendor => Assert.Contains($"{vendor.Title}, base URL", all.Error, StringComparison.Ordinal));
        Assert.Contains("'azzure'", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_request_ends_with_not_found()
    {
        await _bench.StartGatewayAsync();
        CliEnd end = await _bench.RunAsync("request", "show", "req_00000000000000000000000000000000");
        Assert.Equal(ExitCode.NotFound, end.Exit);
    }

    [Fact]
    public async Task Listening_where_it_is_forbidden_names_the_settings()
    {
        await _bench.StartGatewayAsync();
        CliEnd end = await _bench.RunAsync("webhook", "listen");
        Assert.Equal(ExitCode.Failed, end.Exit);
        Assert.Contains("allow_http: true", end.Error, StringComparison.Ordinal);
        Assert.Contains("allow_private_networks", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_check_names_the_place_and_ends_with_three()
    {
        _bench.Write("leeway.yaml", "server:\n  lisen: x\n");
        CliEnd check = await _bench.RunAsync("config", "check");
        CliEnd serve = await _bench.RunAsync("serve");

        Assert.Equal(ExitCode.ConfigInvalid, check.Exit);
        Assert.Contains("leeway.yaml:2:3", check.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.ConfigInvalid, serve.Exit);
    }

    [Fact]
    public async Task Config_show_and_schema_print_data()
    {
        CliEnd show = await _bench.RunAsync("config", "show", "--origin");
        CliEnd schema = await _bench.RunAsync("config", "schema");

        Assert.Contains("# default", show.Out, StringComparison.Ordinal);
        Assert.Equal("", show.Error);
        JsonDocument.Parse(schema.Out).Dispose();
    }

    [Fact]
    public async Task Doctor_fails_when_something_does_and_says_what_to_do()
    {
        await _bench.StartGatewayAsync();
        _bench.Write("leeway.yaml", $"storage: {{ path: {Path.Combine(_bench.Folder, "other")} }}\n");
        CliEnd well = await _bench.RunAsync("doctor");
        CliEnd ill = await _bench.RunAsync("doctor", "--json", "--set", "providers.x.kind=openai", "--set", "providers.x.api_key=k", "--set", "providers.x.base_url=http://127.0.0.1:9/v1");

        Assert.True(well.Exit == ExitCode.Ok, well.Out);
        Assert.Equal(ExitCode.Failed, ill.Exit);
        using JsonDocument found = JsonDocument.Parse(ill.Out);
        Assert.Contains(found.RootElement.GetProperty("checks").EnumerateArray(), check =>
            check.GetProperty("check").GetString() == "provider x" && check.GetProperty("health").GetString() == "fail" && check.GetProperty("remedy").GetString() != "");
    }

    [Fact]
    public async Task Serve_says_that_answers_are_simulated_and_stops_well()
    {
        CliEnd end = await _bench.RunUntilFirstLineAsync(
            "serve", "--json", "--set", "server.listen=127.0.0.1:0", "--set", "server.admin_listen=127.0.0.1:0", "--set", $"storage.path={Path.Combine(_bench.Folder, "data")}");

        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        Assert.Contains("SIMULATED", end.Error, StringComparison.Ordinal);
        using JsonDocument told = JsonDocument.Parse(end.Out);
        Assert.True(told.RootElement.GetProperty("simulated").GetBoolean());
    }
}
