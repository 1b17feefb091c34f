using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Embeddings;
using Microsoft.ML.Tokenizers;

namespace Leeway.Tests.Sandbox;

public sealed class ChatTests
{
    private static readonly TiktokenTokenizer s_tokenizer = TiktokenTokenizer.CreateForModel("gpt-4o");

    [Fact]
    public void Digest_of_a_known_prompt_is_sha256_of_roles_and_texts()
    {
        var body = SandboxClient.Parse("""{"messages":[{"role":"system","content":"a"},{"role":"user","content":[{"type":"text","text":"b"},{"type":"text","text":"c"}]}]}""");
        var hash = System.Security.Cryptography.SHA256.HashData("system:a\nuser:bc"u8);

        Assert.Equal(Convert.ToHexStringLower(hash)[..16], PromptDigest.OfChat(body));
    }

    [Fact]
    public async Task Answer_carries_the_digest_and_the_real_token_counts()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var body = SandboxClient.ChatBody("What is 2 + 2? Grüße");
        var answer = await sandbox.PostAsync("/v1/chat/completions", body);

        var text = SandboxClient.Content(answer);
        var usage = answer.GetProperty("usage");
        Assert.Contains("digest:" + PromptDigest.OfChat(SandboxClient.Parse(body)), text, StringComparison.Ordinal);
        Assert.Equal(s_tokenizer.CountTokens(text), usage.GetProperty("completion_tokens").GetInt32());
        var prompt = 3 + 3 + s_tokenizer.CountTokens("system") + s_tokenizer.CountTokens("Be short.")
            + 3 + s_tokenizer.CountTokens("user") + s_tokenizer.CountTokens("What is 2 + 2? Grüße");
        Assert.Equal(prompt, usage.GetProperty("prompt_tokens").GetInt32());
        Assert.Equal("stop", answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Same_prompt_and_seed_give_the_same_text_and_another_seed_another()
    {
        await using var first = await SandboxClient.StartAsync();
        await using var second = await SandboxClient.StartAsync(new SandboxOptions { Law = "instant", Seed = 2 });
        var body = SandboxClient.ChatBody("hello");
        var text = SandboxClient.Content(await first.PostAsync("/v1/chat/completions", body));

        Assert.Equal(text, SandboxClient.Content(await first.PostAsync("/v1/chat/completions", body)));
        Assert.NotEqual(text, SandboxClient.Content(await second.PostAsync("/v1/chat/completions", body)));
    }

    [Theory]
    [InlineData("max_tokens")]
    [InlineData("max_completion_tokens")]
    public async Task Answer_stops_at_the_callers_maximum(string field)
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var answer = await sandbox.PostAsync("/v1/chat/completions", SandboxClient.ChatBody("hello", $",\"{field}\":5"));

        Assert.Equal(5, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal(5, s_tokenizer.CountTokens(SandboxClient.Content(answer)));
        Assert.Equal("length", answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Stream_adds_up_to_the_whole_answer_and_ends_with_usage_and_done()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var whole = await sandbox.PostAsync("/v1/chat/completions", SandboxClient.ChatBody("stream me"));
        using var response = await sandbox.SendAsync("/v1/chat/completions", SandboxClient.ChatBody("stream me", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        var events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.All(events, one => Assert.StartsWith("data: ", one, StringComparison.Ordinal));
        Assert.Equal("data: [DONE]", events[^1]);
        var chunks = events[..^1].Select(one => SandboxClient.Parse(one[6..])).ToList();
        Assert.Single(chunks.Select(chunk => chunk.GetProperty("id").GetString()).Distinct());
        Assert.Equal("assistant", chunks[0].GetProperty("choices")[0].GetProperty("delta").GetProperty("role").GetString());
        Assert.All(chunks[..^1], chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        Assert.Equal(whole.GetProperty("usage").GetRawText(), chunks[^1].GetProperty("usage").GetRawText());
        Assert.Equal("stop", chunks[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        var text = string.Concat(chunks[..^1].Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("content", out var piece) ? piece.GetString() : ""));
        Assert.Equal(SandboxClient.Content(whole), text);
    }

    [Fact]
    public async Task Stream_without_include_usage_has_no_usage()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        using var response = await sandbox.SendAsync("/v1/chat/completions", SandboxClient.ChatBody("stream me", ",\"stream\":true"));

        Assert.DoesNotContain("usage", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_calls_are_refused_in_the_vendors_shape()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var (status, error) = await SandboxClient.ErrorOfAsync(sandbox.SendAsync("/v1/chat/completions", """{"model":"gpt-nope","messages":[{"role":"user","content":"x"}]}"""));
        Assert.Equal(404, status);
        Assert.Equal("model_not_found", error.GetProperty("code").GetString());
        Assert.Equal(JsonValueKind.Null, error.GetProperty("param").ValueKind);

        (status, error) = await SandboxClient.ErrorOfAsync(sandbox.SendAsync("/v1/chat/completions", """{"model":"gpt-4o"}"""));
        Assert.Equal((400, "messages"), (status, error.GetProperty("param").GetString()));

        (status, _) = await SandboxClient.ErrorOfAsync(sandbox.SendAsync("/v1/chat/completions", """{"model":"gpt-4o","messages":[{"role":"user","content":"\ud800"}]}"""));
        Assert.Equal(400, status);

        (status, _) = await SandboxClient.ErrorOfAsync(sandbox.SendAsync("/v1/chat/completions", "{not json"));
        Assert.Equal(400, status);

        (status, _) = await SandboxClient.ErrorOfAsync(sandbox.SendAsync("/v1/nothing", "{}"));
        Assert.Equal(404, status);

        sandbox.Http.DefaultRequestHeaders.Authorization = null;
        (status, error) = await SandboxClient.ErrorOfAsync(sandbox.SendAsync("/v1/chat/completions", SandboxClient.ChatBody("x")));
        Assert.Equal((401, "invalid_request_error"), (status, error.GetProperty("type").GetString()));
        Assert.Equal(0, (await sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    [Fact]
    public async Task Answers_carry_request_id_timing_and_rate_limit_headers()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        using var response = await sandbox.SendAsync("/v1/chat/completions", SandboxClient.ChatBody("x"));

        foreach (var name in (string[])["x-request-id", "openai-processing-ms", "x-ratelimit-limit-requests", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"])
        {
            Assert.True(response.Headers.Contains(name), name);
        }
    }

    [Fact]
    public async Task Latency_is_waited_on_the_given_clock_divided_by_the_time_scale()
    {
        await using var sandbox = await SandboxClient.StartAsync(new SandboxOptions { RealTimeLatency = TimeSpan.FromSeconds(1000), TimeScale = 10 });
        var call = sandbox.PostAsync("/v1/chat/completions", SandboxClient.ChatBody("x"));
        while ((await sandbox.Server.ReadLedgerAsync()).RealTime.Billed == 0)
        {
            await Task.Yield();
        }

        Assert.False(call.IsCompleted);
        // Once a second, since the wait may begin a moment after the bill; 1,000 s of the sandbox are about 100 s here, never 500.
        for (var second = 0; second < 500 && !call.IsCompleted; second++)
        {
            sandbox.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(call, sandbox.GetAsync("/v1/models"));
        }

        Assert.True(call.IsCompleted);
        Assert.Contains("digest:", SandboxClient.Content(await call), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embeddings_are_the_same_vector_as_floats_and_as_base64()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var floats = await sandbox.PostAsync("/v1/embeddings", """{"model":"text-embedding-3-small","input":["one","two"]}""");
        var base64 = await sandbox.PostAsync("/v1/embeddings", """{"model":"text-embedding-3-small","input":["one","two"],"encoding_format":"base64"}""");

        var vector = floats.GetProperty("data")[1].GetProperty("embedding").EnumerateArray().Select(value => value.GetSingle()).ToArray();
        var bytes = base64.GetProperty("data")[1].GetProperty("embedding").GetBytesFromBase64();
        Assert.Equal(EmbeddingVector.Of("two"), vector);
        Assert.Equal(vector, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray());
        Assert.NotEqual(EmbeddingVector.Of("one"), vector);
        Assert.Equal(s_tokenizer.CountTokens("one") + s_tokenizer.CountTokens("two"), floats.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
    }

    [Fact]
    public async Task Embeddings_follow_dimensions_and_take_token_arrays()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var answer = await sandbox.PostAsync("/v1/embeddings", """{"model":"text-embedding-3-large","input":[[1,2,3],[4]],"dimensions":32}""");

        Assert.Equal(2, answer.GetProperty("data").GetArrayLength());
        Assert.Equal(32, answer.GetProperty("data")[0].GetProperty("embedding").GetArrayLength());
        Assert.Equal(4, answer.GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task Models_are_listed_and_read()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var list = await sandbox.GetAsync("/v1/models");

        Assert.Contains(list.GetProperty("data").EnumerateArray(), model => model.GetProperty("id").GetString() == "gpt-4o-mini");
        Assert.Equal("gpt-4o-2024-08-06", (await sandbox.GetAsync("/v1/models/gpt-4o-2024-08-06")).GetProperty("id").GetString());
        var (status, error) = await SandboxClient.ErrorOfAsync(sandbox.Http.GetAsync("/v1/models/nope"));
        Assert.Equal((404, "model_not_found"), (status, error.GetProperty("code").GetString()));
    }
}
