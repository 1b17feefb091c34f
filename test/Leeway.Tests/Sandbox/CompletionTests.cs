using System.Text.Json;
using Leeway.Sandbox;

namespace Leeway.Tests.Sandbox;

public sealed class CompletionTests : IAsyncLifetime
{
    private const string Path = "/v1/completions";

    private SandboxClient _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await SandboxClient.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Each_prompt_gets_its_choices_and_the_digest_is_of_all_prompts()
    {
        const string Body = """{"model":"gpt-3.5-turbo-instruct","prompt":["Once upon","a time"],"n":2,"echo":true,"max_tokens":100}""";
        var answer = await _sandbox.PostAsync(Path, Body);
        var choices = answer.GetProperty("choices").EnumerateArray().ToList();

        Assert.Equal(("text_completion", 4), (answer.GetProperty("object").GetString(), choices.Count));
        Assert.All(choices.Index(), one =>
        {
            Assert.Equal(one.Index, one.Item.GetProperty("index").GetInt32());
            Assert.StartsWith(
                (one.Index < 2 ? "Once upon" : "a time") + "digest:" + PromptDigest.OfCompletion(SandboxClient.Parse(Body)), one.Item.GetProperty("text").GetString(), StringComparison.Ordinal);
        });
        var usage = answer.GetProperty("usage");
        Assert.Equal(
            ((usage.GetProperty("prompt_tokens").GetInt64() * 1.50m) + (usage.GetProperty("completion_tokens").GetInt64() * 2m)) / 1_000_000,
            (await _sandbox.Server.ReadLedgerAsync()).BilledUsd);
    }

    [Fact]
    public async Task Stream_adds_up_to_the_whole_and_ends_with_done()
    {
        const string Body = """{"model":"gpt-4o-mini","prompt":"Once upon","max_tokens":50""";
        var whole = await _sandbox.PostAsync(Path, Body + "}");
        using var response = await _sandbox.SendAsync(Path, Body + ""","stream":true,"stream_options":{"include_usage":true}}""");
        var events = await SandboxClient.EventsAsync(response);

        Assert.EndsWith("data: [DONE]\n\n", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(whole.GetProperty("usage").GetRawText(), events[^1].Data.GetProperty("usage").GetRawText());
        Assert.Equal(
            whole.GetProperty("choices")[0].GetProperty("text").GetString(),
            string.Concat(events[..^1].Select(one => one.Data.GetProperty("choices")[0].GetProperty("text").GetString())));
        Assert.Equal(whole.GetProperty("choices")[0].GetProperty("finish_reason").GetString(), events[^2].Data.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Theory]
    [InlineData("""{"model":"gpt-4o-mini"}""", 400, "prompt")]
    [InlineData("""{"model":"gpt-4o-mini","prompt":[]}""", 400, "prompt")]
    [InlineData("""{"model":"text-embedding-3-small","prompt":"x"}""", 400, "model")]
    public async Task Wrong_bodies_are_refused(string body, int expected, string param)
    {
        var (status, error) = await SandboxClient.ErrorOfAsync(_sandbox.SendAsync(Path, body));
        Assert.Equal((expected, param), (status, error.GetProperty("param").GetString()));
    }

    [Fact]
    public async Task Default_maximum_is_the_vendors_sixteen_tokens()
    {
        var answer = await _sandbox.PostAsync(Path, """{"model":"gpt-4o-mini","prompt":[[1,2,3]]}""");
        Assert.Equal((3, 16), (answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32()));
        Assert.Equal("length", answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Theory]
    [InlineData("/v1/completions", """{"model":"gpt-3.5-turbo-instruct","prompt":"one","max_tokens":100}""", "text_completion")]
    [InlineData("/v1/responses", """{"model":"gpt-4o-mini","input":"one"}""", "response")]
    public async Task Endpoint_runs_in_a_batch_with_the_right_digest(string endpoint, string body, string kind)
    {
        var batch = await _sandbox.BatchAsync(await _sandbox.CreateAsync(SandboxClient.Line("a", body, endpoint), endpoint));
        var row = Assert.Single(await _sandbox.RowsAsync(batch, "output_file_id")).GetProperty("response").GetProperty("body");
        var parsed = SandboxClient.Parse(body);

        Assert.Equal(("completed", kind), (batch.GetProperty("status").GetString(), row.GetProperty("object").GetString()));
        Assert.Contains(kind == "response" ? PromptDigest.OfResponse(parsed) : PromptDigest.OfCompletion(parsed), row.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(batch.GetProperty("usage").GetProperty("total_tokens").GetInt32(), row.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.Equal(1, (await _sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }
}
