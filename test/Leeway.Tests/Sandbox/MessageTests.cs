using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox;
using Microsoft.ML.Tokenizers;

namespace Leeway.Tests.Sandbox;

public sealed class MessageTests : IAsyncLifetime
{
    private const string Path = "/v1/messages";

    private const string Tools = """
        ,"tools":[{"name":"get_weather","description":"Weather of a city","input_schema":{"type":"object","properties":{"city":{"type":"string"},"unit":{"type":"string","enum":["c","f"]},"days":{"type":"integer","minimum":3}},"required":["city"]}},
                  {"name":"get_time","input_schema":{"type":"object","properties":{}}}]
        """;

    private static readonly TiktokenTokenizer s_tokenizer = TiktokenTokenizer.CreateForModel("gpt-4o");

    private AnthropicClient _client = null!;

    public async ValueTask InitializeAsync() => _client = await AnthropicClient.StartAsync();

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Answer_carries_the_digest_the_chat_body_of_the_same_words_has_and_is_billed_at_the_models_price()
    {
        var body = AnthropicClient.Body("What is 2 + 2?");
        var answer = await _client.PostAsync(body);

        var text = answer.GetProperty("content")[0].GetProperty("text").GetString()!;
        Assert.Equal(PromptDigest.OfChat(SandboxClient.Parse(SandboxClient.ChatBody("What is 2 + 2?"))), PromptDigest.OfMessages(SandboxClient.Parse(body)));
        Assert.StartsWith("digest:" + PromptDigest.OfMessages(SandboxClient.Parse(body)), text, StringComparison.Ordinal);
        var usage = answer.GetProperty("usage");
        Assert.Equal(s_tokenizer.CountTokens(text), usage.GetProperty("output_tokens").GetInt32());
        Assert.Equal(("end_turn", "standard"), (answer.GetProperty("stop_reason").GetString(), usage.GetProperty("service_tier").GetString()));
        Assert.Equal(
            (usage.GetProperty("input_tokens").GetInt64() * 1m / 1_000_000) + (usage.GetProperty("output_tokens").GetInt64() * 5m / 1_000_000),
            (await _client.Sandbox.Server.ReadLedgerAsync()).RealTime.CostUsd);
    }

    [Fact]
    public async Task Token_count_is_what_the_answer_says_and_costs_nothing()
    {
        var body = AnthropicClient.Body("Count me", Tools);
        var counted = await _client.PostAsync(body.Replace("\"max_tokens\":1000,", "", StringComparison.Ordinal), "/v1/messages/count_tokens");
        Assert.Equal(0, (await _client.Sandbox.Server.ReadLedgerAsync()).RealTime.Billed);

        Assert.Equal((await _client.PostAsync(body)).GetProperty("usage").GetProperty("input_tokens").GetInt32(), counted.GetProperty("input_tokens").GetInt32());
    }

    [Fact]
    public async Task Stream_adds_up_to_the_whole_message()
    {
        const string More = ""","thinking":{"type":"enabled","budget_tokens":1024},"max_tokens":4000,"stream":""";
        var body = AnthropicClient.Body("Use the tool, please: get_weather", Tools + More).Replace("\"max_tokens\":1000,", "", StringComparison.Ordinal);
        var whole = await _client.PostAsync(body.Replace("\"stream\":", "\"stream\":false", StringComparison.Ordinal));
        using var response = await _client.SendAsync(body.Replace("\"stream\":", "\"stream\":true", StringComparison.Ordinal));
        var events = await SandboxClient.EventsAsync(response);

        Assert.All(events, one => Assert.Equal(one.Name, one.Data.GetProperty("type").GetString()));
        Assert.Equal(
            ["message_start", "content_block_start", "ping", "content_block_delta", "content_block_stop", "content_block_start", "content_block_delta",
             "content_block_stop", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"],
            Runs(events.Select(one => one.Name!)));
        Assert.Equal(whole.GetProperty("content").GetRawText(), Rebuild(events));
        Assert.Equal(["thinking", "text", "tool_use"], whole.GetProperty("content").EnumerateArray().Select(block => block.GetProperty("type").GetString()));
        Assert.Equal("tool_use", whole.GetProperty("stop_reason").GetString());
        var end = events[^2].Data;
        Assert.Equal("tool_use", end.GetProperty("delta").GetProperty("stop_reason").GetString());
        Assert.Equal(whole.GetProperty("usage").GetProperty("output_tokens").GetInt32(), end.GetProperty("usage").GetProperty("output_tokens").GetInt32());
        var start = events[0].Data.GetProperty("message");
        Assert.Equal(whole.GetProperty("usage").GetProperty("input_tokens").GetInt32(), start.GetProperty("usage").GetProperty("input_tokens").GetInt32());
        Assert.Equal(0, start.GetProperty("content").GetArrayLength());
    }

    [Theory]
    [InlineData("Say hello", "", "")]
    [InlineData("Ask get_weather about Rome", "", "get_weather")]
    [InlineData("Ask get_weather and get_time", "", "get_weather,get_time")]
    [InlineData("Ask get_weather and get_time", ""","tool_choice":{"type":"auto","disable_parallel_tool_use":true}""", "get_weather")]
    [InlineData("Ask get_weather", ""","tool_choice":{"type":"none"}""", "")]
    [InlineData("Say hello", ""","tool_choice":{"type":"any"}""", "get_weather")]
    [InlineData("Say hello", ""","tool_choice":{"type":"tool","name":"get_time"}""", "get_time")]
    public async Task Tools_are_called_when_the_prompt_or_the_choice_asks(string prompt, string choice, string called)
    {
        var answer = await _client.PostAsync(AnthropicClient.Body(prompt, Tools + choice));
        var calls = answer.GetProperty("content").EnumerateArray().Where(block => block.GetProperty("type").GetString() == "tool_use").ToList();

        Assert.Equal(called, string.Join(',', calls.Select(call => call.GetProperty("name").GetString())));
        Assert.Equal(called.Length > 0 ? "tool_use" : "end_turn", answer.GetProperty("stop_reason").GetString());
        Assert.Contains("digest:", answer.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        foreach (var call in calls.Where(call => call.GetProperty("name").GetString() == "get_weather"))
        {
            Assert.StartsWith("digest:", call.GetProperty("input").GetProperty("city").GetString(), StringComparison.Ordinal);
            Assert.Equal(("c", 3), (call.GetProperty("input").GetProperty("unit").GetString(), call.GetProperty("input").GetProperty("days").GetInt32()));
        }
    }

    [Fact]
    public async Task Result_of_a_tool_is_answered_in_words_and_only_a_result_of_the_call_before_is_taken()
    {
        string Turns(string id) => $$"""
            {"model":"claude-haiku-4-5","max_tokens":1000,"messages":[{"role":"user","content":"Ask get_weather"},
             {"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"city":"Rome"} } ]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"{{id}}","content":[{"type":"text","text":"sunny"}]}]}]{{Tools}}}
            """;
        var answer = await _client.PostAsync(Turns("toolu_1"));
        var chat = """{"messages":[{"role":"user","content":"Ask get_weather"},{"role":"assistant","content":null,"tool_calls":[]},{"role":"tool","content":"sunny"}]}""";

        Assert.Equal("end_turn", answer.GetProperty("stop_reason").GetString());
        Assert.StartsWith("digest:" + PromptDigest.OfChat(SandboxClient.Parse(chat)), answer.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        var (status, type, message) = await AnthropicClient.ErrorAsync(_client.SendAsync(Turns("toolu_2")));
        Assert.Equal((400, "invalid_request_error"), (status, type));
        Assert.Contains("messages.2: unexpected `tool_use_id`", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_leave_their_mark_in_the_answer()
    {
        const string Body = """
            {"model":"claude-haiku-4-5","max_tokens":1000,"messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},
             {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]}]}
            """;
        const string Chat = """
            {"model":"gpt-4o-mini","messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}]}
            """;
        var text = (await _client.PostAsync(Body)).GetProperty("content")[0].GetProperty("text").GetString()!;
        var other = SandboxClient.Content(await _client.Sandbox.PostAsync("/v1/chat/completions", Chat));

        Assert.Contains(" image:", text, StringComparison.Ordinal);
        Assert.Equal(text, other);
        var (status, _, message) = await AnthropicClient.ErrorAsync(_client.SendAsync(Body.Replace("iVBORw0KGgo=", "not base64", StringComparison.Ordinal)));
        Assert.Equal((400, "messages.0.content.1.image.source.base64.data: invalid base64 data"), (status, message));
    }

    [Fact]
    public async Task Stop_sequence_and_maximum_end_the_answer_and_are_named()
    {
        var whole = (await _client.PostAsync(AnthropicClient.Body("Say much"))).GetProperty("content")[0].GetProperty("text").GetString()!;
        var word = whole.Split(' ')[5];
        var stopped = await _client.PostAsync(AnthropicClient.Body("Say much", $""","stop_sequences":["never said"," {word}"]"""));
        Assert.Equal(("stop_sequence", " " + word), (stopped.GetProperty("stop_reason").GetString(), stopped.GetProperty("stop_sequence").GetString()));
        Assert.Equal(whole[..whole.IndexOf(" " + word, StringComparison.Ordinal)], stopped.GetProperty("content")[0].GetProperty("text").GetString());

        var cut = await _client.PostAsync(AnthropicClient.Body("Say much").Replace("1000", "5", StringComparison.Ordinal));
        Assert.Equal(("max_tokens", 5), (cut.GetProperty("stop_reason").GetString(), cut.GetProperty("usage").GetProperty("output_tokens").GetInt32()));
    }

    [Fact]
    public async Task Structured_output_follows_its_schema_and_holds_the_digest()
    {
        const string Format = """
            ,"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"summary":{"type":"string"},"score":{"type":"number"},"tags":{"type":"array","items":{"$ref":"#/$defs/tag"}}},"$defs":{"tag":{"enum":["a","b"]}}}}}
            """;
        var answer = await _client.PostAsync(AnthropicClient.Body("Rate it", Format));
        var output = SandboxClient.Parse(answer.GetProperty("content")[0].GetProperty("text").GetString()!);

        Assert.StartsWith("digest:", output.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.Equal(("1", """["a"]"""), (output.GetProperty("score").GetRawText(), output.GetProperty("tags").GetRawText()));
    }

    [Fact]
    public async Task Prompt_cache_is_written_then_read_until_it_has_expired_and_each_class_has_its_price()
    {
        var text = JsonSerializer.Serialize(string.Join(' ', Enumerable.Repeat("long words of context", 400)));
        string Body(string question, string ttl) => $$"""
            {"model":"claude-sonnet-4-5","max_tokens":100,"system":[{"type":"text","text":{{text}},"cache_control":{"type":"ephemeral"{{ttl}} } } ],"messages":[{"role":"user","content":"{{question}}"}]}
            """;
        (long Plain, long Written, long Read) Classes(JsonElement answer)
        {
            var usage = answer.GetProperty("usage");
            return (usage.GetProperty("input_tokens").GetInt64(), usage.GetProperty("cache_creation_input_tokens").GetInt64(), usage.GetProperty("cache_read_input_tokens").GetInt64());
        }

        var first = Classes(await _client.PostAsync(Body("one", "")));
        var second = Classes(await _client.PostAsync(Body("two", "")));
        Assert.True(first is { Written: > 1024, Read: 0, Plain: > 0 and < 20 }, first.ToString());
        Assert.Equal((first.Plain, 0, first.Written), second);
        _client.Sandbox.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(first, Classes(await _client.PostAsync(Body("six", ""))));

        var before = (await _client.Sandbox.Server.ReadLedgerAsync()).RealTime;
        _client.Sandbox.Time.Advance(TimeSpan.FromMinutes(6));
        var hour = await _client.PostAsync(Body("ten", ""","ttl":"1h" """));
        Assert.Equal(first.Written, hour.GetProperty("usage").GetProperty("cache_creation").GetProperty("ephemeral_1h_input_tokens").GetInt64());
        var after = (await _client.Sandbox.Server.ReadLedgerAsync()).RealTime;
        var output = hour.GetProperty("usage").GetProperty("output_tokens").GetInt64();
        Assert.Equal(((first.Plain * 3m) + (first.Written * 6m) + (output * 15m)) / 1_000_000, after.CostUsd - before.CostUsd);
        Assert.Equal(first.Written, after.CacheWriteTokens - before.CacheWriteTokens);
    }

    [Theory]
    [InlineData("""{"model":"claude-haiku-4-5","messages":[{"role":"user","content":"x"}]}""", 400, "max_tokens: Field required")]
    [InlineData("""{"model":"claude-haiku-4-5","max_tokens":9,"n":1,"messages":[{"role":"user","content":"x"}]}""", 400, "n: Extra inputs are not permitted")]
    [InlineData("""{"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"system","content":"x"}]}""", 400, "messages: Unexpected role \"system\"")]
    [InlineData("""{"model":"claude-haiku-4-5","max_tokens":9,"temperature":1.5,"messages":[{"role":"user","content":"x"}]}""", 400, "temperature: Input should be less")]
    [InlineData("""{"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":""}]}""", 400, "messages.0: all messages must have non-empty")]
    [InlineData("""{"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image_url"}]}]}""", 400, "messages.0.content.0: Input tag 'image_url'")]
    [InlineData("""{"model":"gpt-4o","max_tokens":9,"messages":[{"role":"user","content":"x"}]}""", 404, "model: gpt-4o")]
    [InlineData("""{"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"\ud800"}]}""", 400, "We could not parse")]
    [InlineData("""{nope""", 400, "We could not parse")]
    public async Task Wrong_bodies_are_refused_in_the_vendors_shape(string body, int expected, string begins)
    {
        var (status, type, message) = await AnthropicClient.ErrorAsync(_client.SendAsync(body));

        Assert.Equal((expected, expected == 404 ? "not_found_error" : "invalid_request_error"), (status, type));
        Assert.StartsWith(begins, message, StringComparison.Ordinal);
        Assert.Equal(0, (await _client.Sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    [Fact]
    public async Task Body_above_32_megabytes_is_too_large()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(new byte[(32 * 1024 * 1024) + 1]) };
        request.Headers.ExpectContinue = true;
        var (status, type, _) = await AnthropicClient.ErrorAsync(_client.Http.SendAsync(request));

        Assert.Equal((413, "request_too_large"), (status, type));
    }

    [Fact]
    public async Task Key_and_version_are_asked_for_and_a_bearer_is_a_key()
    {
        var body = AnthropicClient.Body("x");
        using var bare = new HttpClient { BaseAddress = _client.Sandbox.Server.BaseUri };
        Task<HttpResponseMessage> Send() => bare.PostAsync(Path, new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal((401, "authentication_error", "x-api-key header is required"), await AnthropicClient.ErrorAsync(Send()));

        bare.DefaultRequestHeaders.Authorization = new("Bearer", "sk-ant-oat");
        Assert.Equal((400, "invalid_request_error", "anthropic-version: header is required"), await AnthropicClient.ErrorAsync(Send()));

        bare.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        using var answered = await Send();
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.StartsWith("req_", answered.Headers.GetValues("request-id").Single(), StringComparison.Ordinal);
        Assert.True(DateTimeOffset.TryParse(answered.Headers.GetValues("anthropic-ratelimit-output-tokens-reset").Single(), out _));
    }

    [Theory]
    [InlineData("", ",\"temperature\":1.0", "temperature: Extra inputs are not permitted")]
    [InlineData("", ",\"top_k\":5", "top_k: Extra inputs are not permitted")]
    [InlineData("{\"type\":\"text\",\"text\":\"x\",\"citations\":[{}]}", "", "messages.0.content.0.text.citations: citations are not permitted in user messages")]
    public async Task Newest_version_takes_no_sampling_and_no_citations_of_the_user_but_older_ones_do(string block, string more, string message)
    {
        var body = AnthropicClient.Body("x", more);
        body = block.Length == 0 ? body : body.Replace("\"content\":\"x\"", $"\"content\":[{block}]", StringComparison.Ordinal);
        await _client.PostAsync(body);

        _client.Http.DefaultRequestHeaders.Remove("anthropic-version");
        _client.Http.DefaultRequestHeaders.Add("anthropic-version", "2026-10-21");
        Assert.Equal((400, "invalid_request_error", message), await AnthropicClient.ErrorAsync(_client.SendAsync(body)));
        await _client.PostAsync(AnthropicClient.Body("x"));
        var rows = await _client.RowsAsync(await _client.CreateAsync($$"""{"requests":[{{AnthropicClient.Request("a", body)}}]}"""));
        Assert.Equal("errored", AnthropicClient.Kind(Assert.Single(rows)));
    }

    [Fact]
    public async Task Models_are_each_vendors_own()
    {
        var mine = await _client.GetAsync("/v1/models?limit=2");
        var ids = mine.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!).ToList();
        Assert.All(ids, id => Assert.StartsWith("claude-", id, StringComparison.Ordinal));
        Assert.Equal((2, true, ids[1]), (ids.Count, mine.GetProperty("has_more").GetBoolean(), mine.GetProperty("last_id").GetString()));
        var next = await _client.GetAsync($"/v1/models?limit=2&after_id={ids[1]}");
        Assert.DoesNotContain(next.GetProperty("data")[0].GetProperty("id").GetString()!, ids);
        var back = await _client.GetAsync($"/v1/models?limit=2&before_id={next.GetProperty("first_id").GetString()}");
        Assert.Equal(ids, back.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!));
        Assert.Equal("model", (await _client.GetAsync("/v1/models/claude-haiku-4-5-20251001")).GetProperty("type").GetString());

        Assert.DoesNotContain(
            (await _client.Sandbox.GetAsync("/v1/models")).GetProperty("data").EnumerateArray(),
            model => model.GetProperty("id").GetString()!.StartsWith("claude", StringComparison.Ordinal));
    }

    private static List<string> Runs(IEnumerable<string> names)
    {
        List<string> runs = [];
        foreach (var name in names)
        {
            if (runs.Count == 0 || runs[^1] != name)
            {
                runs.Add(name);
            }
        }

        return runs;
    }

    private static string Rebuild(List<(string? Name, JsonElement Data)> events)
    {
        List<Dictionary<string, object>> blocks = [];
        var input = "";
        foreach (var (name, data) in events)
        {
            switch (name)
            {
                case "content_block_start":
                    blocks.Add(data.GetProperty("content_block").EnumerateObject().ToDictionary(field => field.Name, object (field) => field.Value));
                    Assert.Equal(blocks.Count - 1, data.GetProperty("index").GetInt32());
                    input = "";
                    break;
                case "content_block_delta":
                    var delta = data.GetProperty("delta").EnumerateObject().Last();
                    if (delta.Name == "partial_json")
                    {
                        input += delta.Value.GetString();
                        blocks[^1]["input"] = input.Length == 0 ? "" : input;
                    }
                    else
                    {
                        blocks[^1][delta.Name] = blocks[^1][delta.Name] + delta.Value.GetString();
                    }

                    break;
                case "content_block_stop" when input.Length > 0:
                    blocks[^1]["input"] = SandboxClient.Parse(input);
                    break;
            }
        }

        return JsonSerializer.Serialize(blocks);
    }
}
