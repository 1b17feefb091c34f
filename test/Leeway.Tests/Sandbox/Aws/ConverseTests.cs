using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox.Aws;

public sealed class ConverseTests
{
    private const string Haiku = "/model/us.anthropic.claude-haiku-4-5-20251001-v1:0/";
    private const string Nova = "/model/amazon.nova-lite-v1:0/";
    private const string Llama = "/model/meta.llama3-1-8b-instruct-v1:0/";
    private const string Tools = ""","toolConfig":{"tools":[{"toolSpec":{"name":"weather","inputSchema":{"json":{"type":"object","properties":{"city":{"type":"string"}}}}}}]""";

    [Fact]
    public async Task Answer_has_the_digest_of_the_same_conversation_as_a_chat_and_is_billed_at_Bedrocks_price()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        JsonElement answer = await caller.PostAsync("bedrock", Haiku + "converse", AwsCaller.Converse("hello"));
        Assert.StartsWith(AwsCaller.Digest("hello"), AwsCaller.TextOf(answer), StringComparison.Ordinal);
        Assert.Equal("digest:" + PromptDigest.OfConverse(SandboxClient.Parse(AwsCaller.Converse("hello"))), AwsCaller.Digest("hello"));
        Assert.Equal("end_turn", answer.GetProperty("stopReason").GetString());
        JsonElement usage = answer.GetProperty("usage");
        (long input, long output) = (usage.GetProperty("inputTokens").GetInt64(), usage.GetProperty("outputTokens").GetInt64());
        Assert.Equal(input + output, usage.GetProperty("totalTokens").GetInt64());
        Assert.Equal(((input * 1.10m) + (output * 5.50m)) / 1_000_000, (await caller.Sandbox.Server.ReadLedgerAsync()).BilledUsd);
    }

    [Fact]
    public void Conversation_with_tools_keeps_its_digest_in_both_shapes()
    {
        JsonElement chat = SandboxClient.Parse("""
            {"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"weather?"},
            {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c1","content":"rain"},{"role":"user","content":"thanks"}]}
            """);
        JsonElement converse = SandboxClient.Parse("""
            {"system":[{"text":"Be "},{"text":"kind."}],"messages":[{"role":"user","content":[{"text":"weather?"}]},
            {"role":"assistant","content":[{"toolUse":{"toolUseId":"c1","name":"weather","input":{}}}]},
            {"role":"user","content":[{"toolResult":{"toolUseId":"c1","content":[{"text":"rain"}]}},{"text":"thanks"}]}]}
            """);
        Assert.Equal(PromptDigest.OfChat(chat), PromptDigest.OfConverse(converse));
    }

    [Theory]
    [InlineData("us.anthropic.claude-haiku-4-5-20251001-v1:0", 1.10)]
    [InlineData("anthropic.claude-haiku-4-5-20251001-v1:0", 1.10)]
    [InlineData("global.anthropic.claude-haiku-4-5-20251001-v1:0", 1.00)]
    [InlineData("arn:aws:bedrock:eu-west-1:123456789012:inference-profile%2Feu.amazon.nova-pro-v1:0", 0.80)]
    [InlineData("openai.gpt-oss-120b-1:0", 0.15)]
    [InlineData("deepseek.r1-v1:0", 1.35)]
    public async Task Models_go_by_base_names_profiles_and_ARNs(string model, double input)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        JsonElement answer = await caller.PostAsync("bedrock", $"/model/{model}/converse", AwsCaller.Converse("hello", ""","inferenceConfig":{"maxTokens":1}"""));
        JsonElement usage = answer.GetProperty("usage");
        Assert.Equal(("max_tokens", 1), (answer.GetProperty("stopReason").GetString(), usage.GetProperty("outputTokens").GetInt32()));
        decimal billed = (await caller.Sandbox.Server.ReadLedgerAsync()).BilledUsd;
        Assert.InRange(billed, usage.GetProperty("inputTokens").GetInt64() * (decimal)input / 1_000_000, (usage.GetProperty("inputTokens").GetInt64() * (decimal)input / 1_000_000) + 0.00001m);
    }

    [Fact]
    public async Task Stream_holds_the_whole_answer_and_its_usage_last()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        JsonElement whole = await caller.PostAsync("bedrock", Nova + "converse", AwsCaller.Converse("hello"));
        using HttpResponseMessage response = await caller.SendAsync("bedrock", Nova + "converse-stream", AwsCaller.Converse("hello"));
        List<(string Kind, string Name, byte[] Payload)> events = await AwsCaller.EventsAsync(response);

        Assert.All(events, one => Assert.Equal("event", one.Kind));
        Assert.Equal(["messageStart", "contentBlockStop", "messageStop", "metadata"], events.Select(one => one.Name).Where(name => name != "contentBlockDelta"));
        Assert.Equal(AwsCaller.TextOf(whole), string.Concat(events.Where(one => one.Name == "contentBlockDelta")
            .Select(one => JsonDocument.Parse(one.Payload).RootElement.GetProperty("delta").GetProperty("text").GetString())));
        Assert.Equal(whole.GetProperty("usage").GetRawText(), JsonDocument.Parse(events[^1].Payload).RootElement.GetProperty("usage").GetRawText());
    }

    [Fact]
    public async Task Stop_sequences_schemas_thoughts_and_images_shape_the_answer()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        string text = AwsCaller.TextOf(await caller.PostAsync("bedrock", Haiku + "converse", AwsCaller.Converse("hello")));
        string word = text.Split(' ')[5];
        JsonElement stopped = await caller.PostAsync("bedrock", Haiku + "converse", AwsCaller.Converse("hello", $$""","inferenceConfig":{"stopSequences":["{{word}}"]}"""));
        Assert.Equal("stop_sequence", stopped.GetProperty("stopReason").GetString());
        Assert.Equal(text[..text.IndexOf(word, StringComparison.Ordinal)], AwsCaller.TextOf(stopped));

        JsonElement schema = await caller.PostAsync("bedrock", Haiku + "converse", AwsCaller.Converse("hello",
            ""","outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"name":"s","schema":"{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}}}"}}}}"""));
        Assert.Equal(1, SandboxClient.Parse(AwsCaller.TextOf(schema)).GetProperty("n").GetInt32());

        JsonElement thought = await caller.PostAsync("bedrock", Haiku + "converse", AwsCaller.Converse("hello", ""","additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":1024}}"""));
        Assert.NotEmpty(thought.GetProperty("output").GetProperty("message").GetProperty("content")[0].GetProperty("reasoningContent").GetProperty("reasoningText").GetProperty("signature").GetString()!);

        JsonElement seen = await caller.PostAsync("bedrock", Haiku + "converse", """{"messages":[{"role":"user","content":[{"text":"look"},{"image":{"format":"png","source":{"bytes":"aGk="}}}]}]}""");
        Assert.Contains(" image:", AwsCaller.TextOf(seen), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cache_point_writes_once_and_then_is_read_and_the_total_has_all()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        string lengthy = string.Join(' ', Enumerable.Range(0, 1500).Select(i => $"word{i}"));
        string body = $$$"""{"system":[{"text":"{{{lengthy}}}"},{"cachePoint":{"type":"default"}}],"messages":[{"role":"user","content":[{"text":"hi"}]}]}""";
        JsonElement first = (await caller.PostAsync("bedrock", Haiku + "converse", body)).GetProperty("usage");
        JsonElement second = (await caller.PostAsync("bedrock", Haiku + "converse", body)).GetProperty("usage");

        long written = first.GetProperty("cacheWriteInputTokens").GetInt64();
        Assert.True(written > 1500);
        Assert.Equal(("5m", written), (first.GetProperty("cacheDetails")[0].GetProperty("ttl").GetString(), first.GetProperty("cacheDetails")[0].GetProperty("inputTokens").GetInt64()));
        Assert.Equal((0, written), (second.GetProperty("cacheWriteInputTokens").GetInt64(), second.GetProperty("cacheReadInputTokens").GetInt64()));
        Assert.Equal(second.GetProperty("totalTokens").GetInt64(), written + second.GetProperty("inputTokens").GetInt64() + second.GetProperty("outputTokens").GetInt64());
    }

    [Fact]
    public async Task Flex_is_half_the_price_at_once_and_priority_dearer()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        foreach (string tier in new[] { "default", "flex", "priority", "reserved" })
        {
            JsonElement answer = await caller.PostAsync("bedrock", Nova + "converse", AwsCaller.Converse("hello", $$""","serviceTier":{"type":"{{tier}}"}"""));
            Assert.Equal(tier == "reserved" ? "default" : tier, answer.GetProperty("serviceTier").GetProperty("type").GetString());
        }

        var ledger = await caller.Sandbox.Server.ReadLedgerAsync();
        decimal one = ledger.RealTime.CostUsd / 2;
        Assert.Equal((2, one / 2, one * 1.75m), (ledger.RealTime.Billed, ledger.Flex.CostUsd, ledger.Priority.CostUsd));
        Assert.Equal("ValidationException", (await AwsCaller.ErrorAsync(caller.SendAsync("bedrock", Haiku + "converse", AwsCaller.Converse("x", ""","serviceTier":{"type":"flex"}""")))).Type);
    }

    [Theory]
    [InlineData("""{"messages":[]}""", "must start with a user message")]
    [InlineData("{}", "'messages'")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":" "}]}]}""", "is blank")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]},{"role":"user","content":[{"text":"a"}]}]}""", "alternate")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a","image":{}}]}]}""", "must set one of the following keys")]
    [InlineData("""{"messages":[{"role":"user","content":[{"toolResult":{"toolUseId":"x","content":[]}}]}]}""", "exceeds the number of toolUse blocks")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]}],"inferenceConfig":{"temperature":1.5}}""", "inferenceConfig.temperature")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]}],"inferenceConfig":{"maxTokens":0}}""", "inferenceConfig.maxTokens")]
    public async Task Bad_body_is_a_ValidationException(string body, string message)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        (int status, string? type, string said) = await AwsCaller.ErrorAsync(caller.SendAsync("bedrock", Nova + "converse", body));
        Assert.Equal((400, "ValidationException"), (status, type));
        Assert.Contains(message, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"messages":{}}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"\ud800"}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]}],"toolConfig":[]}""")]
    public async Task What_is_no_body_at_all_is_refused_too(string body)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        Assert.Equal(400, (await AwsCaller.ErrorAsync(caller.SendAsync("bedrock", Nova + "converse", body))).Status);
    }

    [Theory]
    [InlineData(FaultKind.RateLimit, null, 429, "ThrottlingException")]
    [InlineData(FaultKind.InsufficientQuota, null, 400, "ServiceQuotaExceededException")]
    [InlineData(FaultKind.ServerError, 500, 500, "InternalServerException")]
    [InlineData(FaultKind.ServerError, 503, 503, "ServiceUnavailableException")]
    [InlineData(FaultKind.ServerError, 408, 408, "ModelTimeoutException")]
    [InlineData(FaultKind.ServerError, 424, 424, "ModelErrorException")]
    [InlineData(FaultKind.ServerError, 429, 429, "ModelNotReadyException")]
    public async Task Faults_have_AWSs_statuses_and_types_and_no_retry_after(FaultKind fault, int? told, int status, string type)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        caller.Sandbox.Server.Faults.Set(fault, new FaultSetting { Next = 1, Status = told });
        (int got, string? name, _) = await AwsCaller.ErrorAsync(caller.SendAsync("bedrock", Nova + "converse", AwsCaller.Converse("x")));
        Assert.Equal((status, type), (got, name));
        using HttpResponseMessage next = await caller.SendAsync("bedrock", Nova + "converse", AwsCaller.Converse("x"));
        Assert.Equal(200, (int)next.StatusCode);
    }

    [Fact]
    public async Task Exception_inside_a_stream_is_named_by_its_header_and_not_billed()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        caller.Sandbox.Server.Faults.Next(FaultKind.StreamErrorAfter200);
        using HttpResponseMessage response = await caller.SendAsync("bedrock", Nova + "converse-stream", AwsCaller.Converse("x"));
        List<(string Kind, string Name, byte[] Payload)> events = await AwsCaller.EventsAsync(response);
        Assert.Equal((4, "exception", "modelStreamErrorException"), (events.Count, events[^1].Kind, events[^1].Name));
        Assert.Equal(0, (await caller.Sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    [Fact]
    public async Task Garbage_in_a_stream_is_found_by_its_checksum()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        caller.Sandbox.Server.Faults.Next(FaultKind.StreamGarbage);
        using HttpResponseMessage response = await caller.SendAsync("bedrock", Nova + "converse-stream", AwsCaller.Converse("x"));
        await Assert.ThrowsAsync<Amazon.Runtime.EventStreams.EventStreamChecksumFailureException>(() => AwsCaller.EventsAsync(response));
    }

    [Fact]
    public async Task Forced_tool_is_called_with_an_input_of_its_schema()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        JsonElement answer = await caller.PostAsync("bedrock", Haiku + "converse", AwsCaller.Converse("hello", Tools + ""","toolChoice":{"tool":{"name":"weather"}}}"""));
        JsonElement call = answer.GetProperty("output").GetProperty("message").GetProperty("content")[1].GetProperty("toolUse");
        Assert.Equal(("tool_use", "weather"), (answer.GetProperty("stopReason").GetString(), call.GetProperty("name").GetString()));
        Assert.Equal(AwsCaller.Digest("hello"), call.GetProperty("input").GetProperty("city").GetString());
        Assert.Equal("ValidationException", (await AwsCaller.ErrorAsync(caller.SendAsync("bedrock", Haiku + "converse", AwsCaller.Converse("hello", Tools + ""","toolChoice":{"tool":{"name":"other"}}}""")))).Type);
    }

    [Fact]
    public async Task Invoked_models_answer_in_their_makers_shapes()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using HttpResponseMessage claude = await caller.SendAsync("bedrock", Haiku + "invoke", AwsCaller.Claude("hello"));
        JsonElement message = SandboxClient.Parse(await claude.Content.ReadAsStringAsync());
        Assert.StartsWith(AwsCaller.Digest("hello"), message.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(message.GetProperty("usage").GetProperty("output_tokens").GetRawText(), claude.Headers.GetValues("x-amzn-bedrock-output-token-count").Single());

        JsonElement nova = await caller.PostAsync("bedrock", Nova + "invoke", AwsCaller.Converse("hello"));
        Assert.StartsWith(AwsCaller.Digest("hello"), AwsCaller.TextOf(nova), StringComparison.Ordinal);
        JsonElement llama = await caller.PostAsync("bedrock", Llama + "invoke", """{"prompt":"hello","max_gen_len":5}""");
        Assert.Equal((5, "length"), (llama.GetProperty("generation_token_count").GetInt32(), llama.GetProperty("stop_reason").GetString()));
        JsonElement oss = await caller.PostAsync("bedrock", "/model/openai.gpt-oss-20b-1:0/invoke", SandboxClient.ChatBody("hello"));
        Assert.StartsWith(AwsCaller.Digest("hello"), SandboxClient.Content(oss), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"max_tokens":5,"messages":[{"role":"user","content":"x"}]}""", "anthropic_version")]
    [InlineData("""{"anthropic_version":"2023-06-01","max_tokens":5,"messages":[{"role":"user","content":"x"}]}""", "bedrock-2023-05-31")]
    [InlineData("""{"anthropic_version":"bedrock-2023-05-31","model":"x","max_tokens":5,"messages":[{"role":"user","content":"x"}]}""", "model: Extra inputs")]
    [InlineData("""{"anthropic_version":"bedrock-2023-05-31","stream":true,"max_tokens":5,"messages":[{"role":"user","content":"x"}]}""", "stream: Extra inputs")]
    [InlineData("""{"anthropic_version":"bedrock-2023-05-31","messages":[{"role":"user","content":"x"}]}""", "max_tokens: Field required")]
    public async Task Claudes_body_has_the_hosts_version_and_no_model(string body, string message)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        (int status, string? type, string said) = await AwsCaller.ErrorAsync(caller.SendAsync("bedrock", Haiku + "invoke", body));
        Assert.Equal((400, "ValidationException"), (status, type));
        Assert.Contains(message, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streamed_chunks_hold_the_models_own_events_and_the_last_tells_the_tokens()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using HttpResponseMessage response = await caller.SendAsync("bedrock", Haiku + "invoke-with-response-stream", AwsCaller.Claude("hello"));
        List<(string Kind, string Name, byte[] Payload)> events = await AwsCaller.EventsAsync(response);
        Assert.All(events, one => Assert.Equal("chunk", one.Name));
        List<JsonElement> native = [.. events.Select(one => JsonDocument.Parse(JsonDocument.Parse(one.Payload).RootElement.GetProperty("bytes").GetBytesFromBase64()).RootElement)];
        Assert.Equal("message_start", native[0].GetProperty("type").GetString());
        Assert.True(native[^1].GetProperty("amazon-bedrock-invocationMetrics").GetProperty("outputTokenCount").GetInt64() > 0);
    }
}
