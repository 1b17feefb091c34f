using System.Text;

namespace Leeway.Tests.Adapters.Bedrock;

/// <summary>What Converse can say of what clients say.</summary>
public sealed class ConverseTranslationTests
{
    private const string Answer =
        """{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s"}}},{"text":"a"},{"text":"b"},{"toolUse":{"toolUseId":"t1","name":"f","input":{"x":1.50}}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}}""";

    private static async Task<string> SentAsync(string body, string endpoint = Endpoints.Chat)
    {
        await using AdapterBench bench = await BedrockBench.StartAsync();
        bench.Server.Then(200, Answer);
        using ProviderAnswer answer = await bench.SendAsync(body, endpoint);
        return bench.Server.Single().Text;
    }

    [Fact]
    public async Task Tools_their_calls_and_results_are_carried_and_turns_alternate() => Assert.Equal(
        """{"messages":[{"role":"user","content":[{"text":"q"}]},{"role":"assistant","content":[{"text":"so"},{"toolUse":{"toolUseId":"t1","name":"f","input":{"x": 1.50}}},{"toolUse":{"toolUseId":"t2","name":"g","input":{}}}]},{"role":"user","content":[{"toolResult":{"toolUseId":"t1","content":[{"text":"r1"}]}},{"toolResult":{"toolUseId":"t2","content":[{"text":""}]}},{"text":"more"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"d","inputSchema":{"json":{"type":"object"}},"strict":true}},{"toolSpec":{"name":"g","inputSchema":{"json":{"type":"object","properties":{}}}}}],"toolChoice":{"tool":{"name":"f"}}}}""",
        await SentAsync(
            """{"model":"m","messages":[{"role":"user","content":"q"},{"role":"assistant","content":"so","tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{\"x\": 1.50}"}},{"id":"t2","type":"function","function":{"name":"g","arguments":""}}]},{"role":"tool","tool_call_id":"t1","content":"r1"},{"role":"tool","tool_call_id":"t2","content":""},{"role":"user","content":"more"}],"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},"strict":true}},{"type":"function","function":{"name":"g"}}],"tool_choice":{"type":"function","function":{"name":"f"}}}"""));

    [Theory]
    [InlineData("\"auto\"", "\"toolChoice\":{\"auto\":{}}")]
    [InlineData("\"required\"", "\"toolChoice\":{\"any\":{}}")]
    public async Task A_choice_of_tools_has_their_word(string choice, string expected) => Assert.Contains(
        expected,
        await SentAsync("""{"model":"m","messages":[{"role":"user","content":"q"}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":CHOICE}""".Replace("CHOICE", choice, StringComparison.Ordinal)),
        StringComparison.Ordinal);

    [Fact]
    public async Task Tools_that_may_not_be_called_are_left_out() => Assert.DoesNotContain(
        "toolConfig",
        await SentAsync("""{"model":"m","messages":[{"role":"user","content":"q"}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"none"}"""),
        StringComparison.Ordinal);

    [Fact]
    public async Task Images_and_files_go_as_data_and_a_schema_as_text() => Assert.Equal(
        """{"messages":[{"role":"user","content":[{"text":"look"},{"image":{"format":"png","source":{"bytes":"AAAA"}}},{"document":{"format":"pdf","name":"my file pdf","source":{"bytes":"BBBB"}}}]}],"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\u0022type\u0022:\u0022object\u0022}","name":"n"}}},"effort":"low"},"requestMetadata":{"user":"u-1"}}""",
        await SentAsync(
            """{"model":"m","user":"u-1","reasoning_effort":"low","response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object"}}},"messages":[{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},{"type":"file","file":{"filename":"my_file.pdf","file_data":"data:application/pdf;base64,BBBB"}}]}]}"""));

    [Fact]
    public async Task Clients_of_messages_and_responses_come_by_way_of_chat()
    {
        Assert.Equal(
            """{"system":[{"text":"s"}],"messages":[{"role":"user","content":[{"text":"q"}]}],"inferenceConfig":{"maxTokens":7}}""",
            await SentAsync("""{"model":"m","max_tokens":7,"system":"s","messages":[{"role":"user","content":"q"}]}""", Endpoints.Messages));
        Assert.Equal(
            """{"system":[{"text":"s"}],"messages":[{"role":"user","content":[{"text":"q"}]}],"inferenceConfig":{"maxTokens":7}}""",
            await SentAsync("""{"model":"m","max_output_tokens":7,"instructions":"s","input":"q"}""", Endpoints.Responses));
    }

    [Theory]
    [InlineData(Endpoints.Chat, "\"content\":\"ab\",\"refusal\":null,\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"t1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\u0022x\\u0022:1.50}\"}}]")]
    [InlineData(Endpoints.Messages, "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{\"x\":1.50}}")]
    [InlineData(Endpoints.Responses, "\"type\":\"function_call\"")]
    public async Task Answers_come_back_in_the_client_s_dialect(string endpoint, string expected)
    {
        await using AdapterBench bench = await BedrockBench.StartAsync();
        bench.Server.Then(200, Answer);
        string body = endpoint == Endpoints.Responses ? """{"model":"m","input":"q"}""" : """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"q"}]}""";

        using ProviderAnswer answer = await bench.SendAsync(body, endpoint);

        string text = await AdapterBench.TextAsync(answer);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.Contains("us.amazon.nova-lite-v1:0", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("end_turn", "stop")]
    [InlineData("stop_sequence", "stop")]
    [InlineData("tool_use", "tool_calls")]
    [InlineData("max_tokens", "length")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("guardrail_intervened", "content_filter")]
    [InlineData("content_filtered", "content_filter")]
    [InlineData("malformed_tool_use", "stop")]
    public async Task Every_reason_to_stop_has_a_word(string reason, string expected)
    {
        await using AdapterBench bench = await BedrockBench.StartAsync();
        bench.Server.Then(200, Answer.Replace("\"stopReason\":\"tool_use\"", $"\"stopReason\":\"{reason}\"", StringComparison.Ordinal));

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"m","messages":[{"role":"user","content":"q"}]}""");

        Assert.Contains($"\"finish_reason\":\"{expected}\"", await AdapterBench.TextAsync(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Endpoints.Chat, """{"model":"m","seed":1,"messages":[{"role":"user","content":"q"}]}""", "seed")]
    [InlineData(Endpoints.Chat, """{"model":"m","temperature":1.5,"messages":[{"role":"user","content":"q"}]}""", "temperature")]
    [InlineData(Endpoints.Chat, """{"model":"m","n":2,"messages":[{"role":"user","content":"q"}]}""", "n")]
    [InlineData(Endpoints.Chat, """{"model":"m","user":"é","messages":[{"role":"user","content":"q"}]}""", "user")]
    [InlineData(Endpoints.Chat, """{"model":"m","reasoning_effort":"minimal","messages":[{"role":"user","content":"q"}]}""", "reasoning_effort")]
    [InlineData(Endpoints.Chat, """{"model":"m","response_format":{"type":"json_object"},"messages":[{"role":"user","content":"q"}]}""", "response_format.type")]
    [InlineData(Endpoints.Chat, """{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/y.png"}}]}]}""", "messages[0].content[0].image_url.url")]
    [InlineData(Endpoints.Chat, """{"model":"m","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}]}""", "messages[0].content[0].type")]
    [InlineData(Endpoints.Chat, """{"model":"m","parallel_tool_calls":false,"tools":[{"type":"function","function":{"name":"f"}}],"messages":[{"role":"user","content":"q"}]}""", "parallel_tool_calls")]
    [InlineData(Endpoints.Chat, """{"model":"m","tool_choice":"required","messages":[{"role":"user","content":"q"}]}""", "tool_choice")]
    [InlineData(Endpoints.Chat, """{"model":"m","messages":[{"role":"system","content":"s"}]}""", "messages")]
    [InlineData(Endpoints.Messages, """{"model":"m","max_tokens":1,"temperature":2,"messages":[{"role":"user","content":"q"}]}""", "temperature")]
    [InlineData(Endpoints.Responses, """{"model":"m","input":"q","reasoning":{"effort":"minimal"}}""", "reasoning.effort")]
    public async Task What_converse_has_no_word_for_is_refused_by_the_client_s_name(string endpoint, string body, string field)
    {
        await using AdapterBench bench = await BedrockBench.StartAsync();

        FieldProblem? problem = bench.Provider.FindUncarried(bench.Deployment, endpoint, Encoding.UTF8.GetBytes(body));

        Assert.Equal(field, problem?.Field);
        Assert.NotEmpty(problem!.Remedy);
    }
}
