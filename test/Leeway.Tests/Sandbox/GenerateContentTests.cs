using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

public sealed class GenerateContentTests
{
    [Fact]
    public async Task Answer_has_the_digest_of_the_same_conversation_as_a_chat()
    {
        await using var client = await GeminiClient.StartAsync();
        var answer = await client.GenerateAsync(GeminiClient.Body("Hello"));
        var chat = SandboxClient.Parse(SandboxClient.ChatBody("Hello"));

        Assert.StartsWith("digest:" + PromptDigest.OfChat(chat), GeminiClient.Text(answer), StringComparison.Ordinal);
        Assert.Equal(PromptDigest.OfChat(chat), PromptDigest.OfGenerateContent(SandboxClient.Parse(GeminiClient.Body("Hello"))));
        Assert.Equal("STOP", answer.GetProperty("candidates")[0].GetProperty("finishReason").GetString());
        Assert.Equal("gemini-2.5-flash", answer.GetProperty("modelVersion").GetString());
        var usage = answer.GetProperty("usageMetadata");
        Assert.Equal(
            usage.GetProperty("promptTokenCount").GetInt64() + usage.GetProperty("candidatesTokenCount").GetInt64(), usage.GetProperty("totalTokenCount").GetInt64());
        var ledger = await client.Sandbox.Server.ReadLedgerAsync();
        Assert.Equal((1, ((usage.GetProperty("promptTokenCount").GetInt64() * 0.30m) + (usage.GetProperty("candidatesTokenCount").GetInt64() * 2.50m)) / 1_000_000), (ledger.RealTime.Billed, ledger.BilledUsd));
        Assert.Equal(1, ledger.Prompts[PromptDigest.OfChat(chat)].RealTimeBilled);
    }

    [Fact]
    public void Tool_results_roles_and_thoughts_keep_the_digest_of_the_chat()
    {
        var chat = SandboxClient.Parse("""
            {"messages":[{"role":"user","content":"Weather?"},
              {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"c1","content":"20 degrees"},{"role":"tool","tool_call_id":"c2","content":"{\"wind\":3}"},
              {"role":"assistant","content":"Warm."},{"role":"user","content":"Thanks"}]}
            """);
        var gemini = SandboxClient.Parse("""
            {"contents":[{"parts":[{"text":"Weather?"}]},
              {"role":"model","parts":[{"text":"Let me see","thought":true},{"functionCall":{"name":"weather","args":{}}}]},
              {"role":"user","parts":[{"functionResponse":{"name":"weather","response":{"output":"20 degrees"}}},{"function_response":{"name":"wind","response":{"wind":3}}}]},
              {"role":"model","parts":[{"text":"War"},{"text":"m."}]},{"role":"user","parts":[{"text":"Thanks"}]}]}
            """);

        Assert.Equal(PromptDigest.OfChat(chat), PromptDigest.OfGenerateContent(gemini));
    }

    [Fact]
    public async Task Stream_of_events_has_usage_on_the_last_and_no_done()
    {
        await using var client = await GeminiClient.StartAsync();
        var whole = await client.GenerateAsync(GeminiClient.Body("Hello"));
        using var response = await client.SendAsync(GeminiClient.Model + ":streamGenerateContent?alt=sse", GeminiClient.Body("Hello"));
        var text = await response.Content.ReadAsStringAsync();
        var events = await SandboxClient.EventsAsync(response);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.All(events, one => Assert.Null(one.Name));
        Assert.Equal(GeminiClient.Text(whole), string.Concat(events.Select(one => GeminiClient.Text(one.Data))));
        Assert.Equal("STOP", events[^1].Data.GetProperty("candidates")[0].GetProperty("finishReason").GetString());
        Assert.All(events[..^1], one => Assert.False(one.Data.GetProperty("candidates")[0].TryGetProperty("finishReason", out _)));
        Assert.Equal(whole.GetProperty("usageMetadata").GetRawText(), events[^1].Data.GetProperty("usageMetadata").GetRawText());
        Assert.Single(events.Select(one => one.Data.GetProperty("responseId").GetString()).Distinct());
    }

    [Fact]
    public async Task Stream_without_sse_is_one_json_array()
    {
        await using var client = await GeminiClient.StartAsync();
        using var response = await client.SendAsync(GeminiClient.Model + ":streamGenerateContent", GeminiClient.Body("Hello"));
        var chunks = SandboxClient.Parse(await response.Content.ReadAsStringAsync());

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(chunks.GetArrayLength() > 3);
        Assert.Equal(GeminiClient.Text(await client.GenerateAsync(GeminiClient.Body("Hello"))), string.Concat(chunks.EnumerateArray().Select(GeminiClient.Text)));
    }

    [Theory]
    [InlineData("sse")]
    [InlineData("json")]
    public async Task Failing_stream_ends_with_an_error_in_its_own_shape(string alt)
    {
        await using var client = await GeminiClient.StartAsync();
        client.Sandbox.Server.Faults.Next(FaultKind.StreamErrorAfter200);
        using var response = await client.SendAsync($"{GeminiClient.Model}:streamGenerateContent?alt={alt}", GeminiClient.Body("Hello"));
        var last = alt == "sse"
            ? (await SandboxClient.EventsAsync(response))[^1].Data
            : SandboxClient.Parse(await response.Content.ReadAsStringAsync()).EnumerateArray().Last();

        Assert.Equal("UNAVAILABLE", last.GetProperty("error").GetProperty("status").GetString());
        Assert.Equal(0, (await client.Sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    [Fact]
    public async Task Thoughts_are_counted_beside_the_candidates_and_billed_as_output()
    {
        await using var client = await GeminiClient.StartAsync();
        var hidden = await client.GenerateAsync(GeminiClient.Body("Hello", """,  "generationConfig":{"thinkingConfig":{"thinkingBudget":-1}}"""));
        var shown = await client.GenerateAsync(GeminiClient.Body("Hello", """,  "generation_config":{"thinking_config":{"thinking_budget":24,"include_thoughts":true}}"""));

        var usage = hidden.GetProperty("usageMetadata");
        long Count(string name) => usage.GetProperty(name).GetInt64();
        Assert.True(Count("thoughtsTokenCount") > 0);
        Assert.Equal(Count("promptTokenCount") + Count("candidatesTokenCount") + Count("thoughtsTokenCount"), Count("totalTokenCount"));
        Assert.StartsWith("digest:", GeminiClient.Text(hidden), StringComparison.Ordinal);
        Assert.True(GeminiClient.Part(hidden).TryGetProperty("thoughtSignature", out _));
        Assert.True(GeminiClient.Part(shown).GetProperty("thought").GetBoolean());
        Assert.StartsWith("digest:", GeminiClient.Part(shown, 1).GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.InRange(shown.GetProperty("usageMetadata").GetProperty("thoughtsTokenCount").GetInt64(), 1, 24);
        var billed = (await client.Sandbox.Server.ReadLedgerAsync()).RealTime.OutputTokens;
        Assert.Equal(Count("candidatesTokenCount") + Count("thoughtsTokenCount") + shown.GetProperty("usageMetadata").GetProperty("totalTokenCount").GetInt64() - Count("promptTokenCount"), billed);
    }

    [Fact]
    public async Task Function_is_called_by_name_and_by_choice()
    {
        const string Tools = """,  "tools":[{"functionDeclarations":[{"name":"weather","parameters":{"type":"OBJECT","properties":{"city":{"type":"STRING"},"days":{"type":"INTEGER"}}}},{"name":"time"}]},{"googleSearch":{}}]""";
        await using var client = await GeminiClient.StartAsync();
        var named = await client.GenerateAsync(GeminiClient.Body("What is the weather?", Tools));
        var forced = await client.GenerateAsync(GeminiClient.Body("Hello", Tools + """,  "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["time"]}}"""));
        var none = await client.GenerateAsync(GeminiClient.Body("What is the weather?", Tools + """,  "toolConfig":{"functionCallingConfig":{"mode":"NONE"}}"""));

        var call = GeminiClient.Part(named).GetProperty("functionCall");
        Assert.Equal(("weather", 1), (call.GetProperty("name").GetString(), call.GetProperty("args").GetProperty("days").GetInt32()));
        Assert.StartsWith("digest:", call.GetProperty("args").GetProperty("city").GetString(), StringComparison.Ordinal);
        Assert.Equal("STOP", named.GetProperty("candidates")[0].GetProperty("finishReason").GetString());
        Assert.Equal("time", GeminiClient.Part(forced).GetProperty("functionCall").GetProperty("name").GetString());
        Assert.True(GeminiClient.Part(none).TryGetProperty("text", out _));
    }

    [Fact]
    public async Task Schema_maximum_stops_and_candidates_shape_the_answer()
    {
        await using var client = await GeminiClient.StartAsync();
        var shaped = await client.GenerateAsync(GeminiClient.Body("x", """,  "generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"OBJECT","properties":{"ok":{"type":"BOOLEAN"},"list":{"type":"ARRAY","items":{"type":"NUMBER"}}}}}"""));
        var cut = await client.GenerateAsync(GeminiClient.Body("x", """,  "generationConfig":{"maxOutputTokens":5}"""));
        var stopped = await client.GenerateAsync(GeminiClient.Body("x", """,  "generationConfig":{"stopSequences":["digest"]}"""));
        var two = await client.GenerateAsync(GeminiClient.Body("x", """,  "generationConfig":{"candidateCount":2}"""));

        Assert.Equal("""{"ok":true,"list":[1]}""", GeminiClient.Text(shaped));
        Assert.Equal(("MAX_TOKENS", 5), (cut.GetProperty("candidates")[0].GetProperty("finishReason").GetString(), cut.GetProperty("usageMetadata").GetProperty("candidatesTokenCount").GetInt32()));
        Assert.Equal(0, stopped.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts").GetArrayLength());
        Assert.Equal([0, 1], two.GetProperty("candidates").EnumerateArray().Select(one => one.GetProperty("index").GetInt32()));
    }

    [Fact]
    public async Task Inline_image_is_hashed_as_in_a_chat()
    {
        await using var client = await GeminiClient.StartAsync();
        var gemini = await client.GenerateAsync("""{"contents":[{"parts":[{"text":"What?"},{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}]}]}""");
        var chat = await client.Sandbox.PostAsync("/v1/chat/completions", """{"model":"gpt-4o-mini","messages":[{"role":"user","content":[{"type":"text","text":"What?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}]}""");

        static string Marks(string text) => string.Join(' ', text.Split(' ').Take(2));
        Assert.Contains(" image:", Marks(GeminiClient.Text(gemini)), StringComparison.Ordinal);
        Assert.Equal(Marks(SandboxClient.Content(chat)), Marks(GeminiClient.Text(gemini)));
    }

    [Fact]
    public async Task Long_prompt_is_read_from_the_cache_within_the_prompt_count()
    {
        await using var client = await GeminiClient.StartAsync();
        var body = GeminiClient.Body(string.Join(' ', Enumerable.Repeat("word", 3000)));
        var first = (await client.GenerateAsync(body)).GetProperty("usageMetadata");
        var second = (await client.GenerateAsync(body)).GetProperty("usageMetadata");

        Assert.False(first.TryGetProperty("cachedContentTokenCount", out _));
        Assert.InRange(second.GetProperty("cachedContentTokenCount").GetInt64(), 2048, second.GetProperty("promptTokenCount").GetInt64());
        Assert.Equal(first.GetProperty("promptTokenCount").GetInt64(), second.GetProperty("promptTokenCount").GetInt64());
        Assert.Equal(second.GetProperty("cachedContentTokenCount").GetInt64(), (await client.Sandbox.Server.ReadLedgerAsync()).RealTime.CachedTokens);
    }

    [Theory]
    [InlineData("flex", "ON_DEMAND_FLEX", 0.5)]
    [InlineData("priority", "ON_DEMAND_PRIORITY", 1.8)]
    [InlineData("standard", "ON_DEMAND", 1)]
    public async Task Tier_is_told_and_priced(string tier, string traffic, double rate)
    {
        await using var client = await GeminiClient.StartAsync();
        var plain = await client.GenerateAsync(GeminiClient.Body("Hello"));
        var price = (await client.Sandbox.Server.ReadLedgerAsync()).BilledUsd;
        var tiered = await client.GenerateAsync(GeminiClient.Body("Hello", $",\"serviceTier\":\"{tier}\""));

        Assert.Equal("ON_DEMAND", plain.GetProperty("usageMetadata").GetProperty("trafficType").GetString());
        Assert.Equal(traffic, tiered.GetProperty("usageMetadata").GetProperty("trafficType").GetString());
        Assert.Equal(price * (1 + (decimal)rate), (await client.Sandbox.Server.ReadLedgerAsync()).BilledUsd);
    }

    [Fact]
    public async Task Blocked_prompt_is_200_without_candidates_and_a_filter_ends_an_answer()
    {
        await using var client = await GeminiClient.StartAsync();
        client.Sandbox.Server.Faults.Next(FaultKind.Blocked);
        var blocked = await client.GenerateAsync(GeminiClient.Body("Hello"));
        client.Sandbox.Server.Faults.Set(FaultKind.Blocked, new FaultSetting { Next = 1, AfterChunks = 2 });
        var ended = await client.GenerateAsync(GeminiClient.Body("Hello"));

        Assert.False(blocked.TryGetProperty("candidates", out _));
        Assert.Equal("SAFETY", blocked.GetProperty("promptFeedback").GetProperty("blockReason").GetString());
        Assert.Equal("SAFETY", ended.GetProperty("candidates")[0].GetProperty("finishReason").GetString());
        Assert.Equal(2, GeminiClient.Text(ended).Split(' ').Length);
    }

    [Fact]
    public async Task Tokens_are_counted_as_the_answer_counts_them_and_embeddings_are_of_the_text()
    {
        await using var client = await GeminiClient.StartAsync();
        var counted = await client.PostAsync(GeminiClient.Model + ":countTokens", GeminiClient.Body("Hello"));
        var answer = await client.GenerateAsync(GeminiClient.Body("Hello"));
        const string Content = """{"content":{"parts":[{"text":"abc"}]},"outputDimensionality":4}""";
        var one = await client.PostAsync("/v1beta/models/gemini-embedding-001:embedContent", Content);
        var two = await client.PostAsync("/v1beta/models/gemini-embedding-001:batchEmbedContents", $$"""{"requests":[{{Content}},{{Content}}]}""");

        Assert.Equal(answer.GetProperty("usageMetadata").GetProperty("promptTokenCount").GetInt64(), counted.GetProperty("totalTokens").GetInt64());
        var expected = Leeway.Sandbox.Embeddings.EmbeddingVector.Of("abc", 4);
        Assert.Equal(expected, one.GetProperty("embedding").GetProperty("values").EnumerateArray().Select(value => value.GetSingle()));
        Assert.Equal(2, two.GetProperty("embeddings").GetArrayLength());
        Assert.Equal(3, (await client.Sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    [Fact]
    public async Task Models_page_by_token()
    {
        await using var client = await GeminiClient.StartAsync();
        var first = await client.GetAsync("/v1beta/models?pageSize=3");
        var second = await client.GetAsync($"/v1beta/models?pageSize=1000&pageToken={first.GetProperty("nextPageToken").GetString()}");
        List<string?> names = [.. first.GetProperty("models").EnumerateArray().Concat(second.GetProperty("models").EnumerateArray()).Select(model => model.GetProperty("name").GetString())];

        Assert.Equal(3, first.GetProperty("models").GetArrayLength());
        Assert.False(second.TryGetProperty("nextPageToken", out _));
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Contains("models/gemini-2.5-flash", names);
        Assert.Equal("models/gemini-2.5-pro", (await client.GetAsync("/v1beta/models/gemini-2.5-pro")).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("""{"contents":[]}""", "contents is not specified")]
    [InlineData("""{"contents":[{"role":"assistant","parts":[{"text":"x"}]}]}""", "Please use a valid role")]
    [InlineData("""{"contents":[{"parts":[{"text":"x","inlineData":{}}]}]}""", "required oneof field 'data'")]
    [InlineData("""{"contents":[{"parts":[{"text":"x"}]}],"messages":[]}""", "Unknown name \"messages\"")]
    [InlineData("""{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"max_tokens":1}}""", "Unknown name \"max_tokens\" at 'generation_config'")]
    [InlineData("""{"contents":[{"parts":[{"text":"x"}]}],"labels":{"a":"b"}}""", "Unknown name \"labels\"")]
    [InlineData("""{"contents":[{"parts":[{"text":"\ud800"}]}]}""", "could not parse")]
    public async Task Wrong_body_is_refused_in_googles_shape(string body, string says)
    {
        await using var client = await GeminiClient.StartAsync();
        var (status, name, error) = await GeminiClient.ErrorAsync(client.SendAsync(GeminiClient.Model + ":generateContent", body));

        Assert.Equal((400, "INVALID_ARGUMENT"), (status, name));
        Assert.Contains(says, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FaultKind.RateLimit, 429, "RESOURCE_EXHAUSTED")]
    [InlineData(FaultKind.InsufficientQuota, 429, "RESOURCE_EXHAUSTED")]
    [InlineData(FaultKind.ServerError, 503, "UNAVAILABLE")]
    public async Task Faults_are_told_in_googles_words_and_the_wait_stands_in_the_body(FaultKind kind, int status, string name)
    {
        await using var client = await GeminiClient.StartAsync();
        client.Sandbox.Server.Faults.Set(kind, new FaultSetting { Next = 1, RetryAfter = 34, Status = 503 });
        using var response = await client.SendAsync(GeminiClient.Model + ":generateContent", GeminiClient.Body("Hello"));
        var error = SandboxClient.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");

        Assert.Equal((status, name), ((int)response.StatusCode, error.GetProperty("status").GetString()));
        Assert.Null(response.Headers.RetryAfter);
        List<string> types = [.. error.GetProperty("details").EnumerateArray().Select(detail => detail.GetProperty("@type").GetString()!.Split('.')[^1])];
        Assert.Equal(kind == FaultKind.InsufficientQuota ? ["QuotaFailure"] : kind == FaultKind.RateLimit ? ["QuotaFailure", "RetryInfo"] : ["RetryInfo"], types);
        if (kind == FaultKind.RateLimit)
        {
            Assert.Equal("34s", error.GetProperty("details")[1].GetProperty("retryDelay").GetString());
        }
    }
}
