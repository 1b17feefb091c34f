using Leeway.Advisor;
using Leeway.Advisor.Profile;
using Leeway.Cli;
using Leeway.Gateway.Tests.Cli;

namespace Leeway.Gateway.Tests.Advise;

/// <summary>Exports in the columns that their vendors document.</summary>
public sealed class ExportTests : IAsyncDisposable
{
    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task OpenAIs_usage_page_is_read_as_sums_per_bucket()
    {
        AdviceResult advice = await AdviseAsync("usage.json", """
            {"object":"page","data":[
              {"object":"bucket","start_time":1772409600,"end_time":1772496000,"results":[
                {"object":"organization.usage.completions.result","input_tokens":1000000,"output_tokens":100000,"input_cached_tokens":200000,"num_model_requests":500,"project_id":null,"user_id":null,"api_key_id":"key_a","model":"gpt-4o","batch":false},
                {"object":"organization.usage.completions.result","input_tokens":2000000,"output_tokens":100000,"input_cached_tokens":0,"num_model_requests":300,"project_id":null,"user_id":null,"api_key_id":"key_b","model":"gpt-4o","batch":true}]},
              {"object":"bucket","start_time":1772496000,"end_time":1772582400,"results":[]}],
             "has_more":false,"next_page":null}
            """);

        Assert.StartsWith("OpenAI usage (JSON)", advice.Source.Files[0].Format, StringComparison.Ordinal);
        Assert.Equal((800, 3_000_000, 200_000, 200_000), (advice.Profile.Volume.Requests, advice.Profile.Volume.InputTokens, advice.Profile.Volume.CachedTokens, advice.Profile.Volume.OutputTokens));
        Assert.Equal(86400, advice.Profile.Volume.SpanSeconds);
        Assert.Null(advice.Profile.Arrivals);
        Assert.Null(advice.Profile.Input);

        // What went through batches already is in no saving.
        ClassProfile batched = Assert.Single(advice.Profile.Classes, group => group.Name == "key_b");
        Assert.Equal(300, batched.AlreadyDeferred);
        Assert.Null(batched.OpenListCostUsd);
    }

    [Fact]
    public async Task LiteLLMs_spend_logs_tell_senders_latency_and_what_was_paid()
    {
        AdviceResult advice = await AdviseAsync("spend.jsonl", """
            {"request_id":"a","call_type":"acompletion","api_key":"88dc28","spend":0.0025,"total_tokens":110,"prompt_tokens":100,"completion_tokens":10,"startTime":"2026-03-02T00:00:00.000000Z","endTime":"2026-03-02T00:00:02.500000Z","model":"openai/gpt-4o","user":"","metadata":{"user_api_key_alias":"crm"}}
            {"request_id":"b","call_type":"acompletion","api_key":"88dc28","spend":0.0050,"total_tokens":220,"prompt_tokens":200,"completion_tokens":20,"startTime":"2026-03-02T00:01:00.000000Z","endTime":"2026-03-02T00:01:04.000000Z","model":"openai/gpt-4o","user":"","metadata":{"user_api_key_alias":"crm"}}
            """);

        Assert.StartsWith("LiteLLM spend logs", advice.Source.Files[0].Format, StringComparison.Ordinal);
        Assert.Equal(0.0075m, advice.Profile.Volume.PaidUsd);
        Assert.Equal((2.5, 4), (advice.Profile.LatencySeconds!.Min, advice.Profile.LatencySeconds.Max));
        Assert.Equal("crm", Assert.Single(advice.Profile.Classes).Name);
        Assert.Equal(0.00105m, advice.Profile.Volume.ListCostUsd);
    }

    [Fact]
    public async Task Langfuses_observations_are_read_with_their_nested_usage()
    {
        AdviceResult advice = await AdviseAsync("observations.json", """
            [{"id":"o1","traceId":"t1","type":"GENERATION","name":"summarise-nightly","startTime":"2026-03-02T00:00:00.000Z","endTime":"2026-03-02T00:00:03.000Z","model":"gpt-4o","usage":{"input":100,"output":10,"total":110,"unit":"TOKENS"},"calculatedTotalCost":0.00035},
             {"id":"o2","traceId":"t1","type":"GENERATION","name":"answer-chat","startTime":"2026-03-02T00:00:05.000Z","endTime":"2026-03-02T00:00:06.000Z","model":"gpt-4o","usage":{"input":300,"output":30,"total":330,"unit":"TOKENS"},"calculatedTotalCost":0.00105}]
            """);

        Assert.StartsWith("Langfuse", advice.Source.Files[0].Format, StringComparison.Ordinal);
        Assert.Equal((400, 40), (advice.Profile.Volume.InputTokens, advice.Profile.Volume.OutputTokens));
        Assert.Equal(advice.Profile.Volume.ListCostUsd, advice.Profile.Volume.PaidUsd);
        Assert.Equal(["answer-chat", "summarise-nightly"], advice.Profile.Classes.Select(group => group.Name));
    }

    [Fact]
    public async Task A_gateways_own_ledger_is_advised_on()
    {
        await _bench.StartGatewayAsync();
        CliEnd empty = await _bench.RunAsync("advise", "--ledger");
        Assert.Equal(ExitCode.Failed, empty.Exit);
        Assert.Contains("has no entries", empty.Error, StringComparison.Ordinal);

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(ExitCode.Ok, (await _bench.RunAsync("ask", "Say hello", "--model", "gpt-4o")).Exit);
        }

        CliEnd end = await _bench.RunAsync("advise", "--ledger", "--since", "1h", "--json");
        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        AdviceResult advice = AdviceJson.Read(end.Out);
        Assert.Equal(3, advice.Profile.Volume.Requests);
        Assert.StartsWith("ledger of http://127.0.0.1:", advice.Source.Files[0].Path, StringComparison.Ordinal);
        Assert.StartsWith("Leeway ledger", advice.Source.Files[0].Format, StringComparison.Ordinal);
        Assert.Equal(advice.Profile.Volume.PaidUsd, advice.Profile.Volume.ListCostUsd);
        Assert.True(advice.Profile.Volume.InputTokens > 0);
    }

    private async Task<AdviceResult> AdviseAsync(string name, string content)
    {
        CliEnd end = await _bench.RunAsync("advise", _bench.Write(name, content), "--json");
        Assert.True(end.Exit == ExitCode.Ok, end.Error);
        return AdviceJson.Read(end.Out);
    }
}
