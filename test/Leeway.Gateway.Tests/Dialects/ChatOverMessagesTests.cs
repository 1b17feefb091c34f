using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Dialects;

/// <summary>Clients of Chat Completions at a deployment that speaks Messages.</summary>
public sealed class ChatOverMessagesTests
{
    private const string Body = """{"model":"claude-haiku-4-5","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"What is leeway?"}]}""";

    private const string Tools =
        """[{"type":"function","function":{"name":"get_weather","description":"Weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}},{"type":"function","function":{"name":"get_time","parameters":{"type":"object","properties":{"zone":{"type":"string"}}}}}]""";

    [Fact]
    public async Task A_plain_call_is_answered_as_a_completion_with_its_cost()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();

        JsonElement answer = await OkAsync(await gateway.PostAsync("/v1/chat/completions", Body));

        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        Assert.StartsWith("chatcmpl-", answer.GetProperty("id").GetString(), StringComparison.Ordinal);
        JsonElement choice = Assert.Single(answer.GetProperty("choices").EnumerateArray());
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Equal("assistant", choice.GetProperty("message").GetProperty("role").GetString());
        Assert.NotEqual("", choice.GetProperty("message").GetProperty("content").GetString());
        JsonElement usage = answer.GetProperty("usage");
        Assert.True(usage.GetProperty("prompt_tokens").GetInt32() > 0);
        Assert.Equal(usage.GetProperty("prompt_tokens").GetInt32() + usage.GetProperty("completion_tokens").GetInt32(), usage.GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task The_price_is_the_one_of_the_tokens_that_the_provider_counted()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Body);

        JsonElement usage = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("usage");
        decimal cost = ((usage.GetProperty("prompt_tokens").GetInt32() * 1m) + (usage.GetProperty("completion_tokens").GetInt32() * 5m)) / 1_000_000;
        Assert.Equal(cost, decimal.Parse(answer.Headers.GetValues("Leeway-Cost").Single(), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_has_chunks_an_end_and_the_usage_where_it_was_asked_for(bool usage)
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        string plain = (await OkAsync(await gateway.PostAsync("/v1/chat/completions", Body))).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

        IReadOnlyList<SseEvent> events = await SseText.ReadAsync(
            await gateway.PostAsync("/v1/chat/completions", Body[..^1] + ",\"stream\":true" + (usage ? ",\"stream_options\":{\"include_usage\":true}" : "") + "}"));

        Assert.All(events, one => Assert.Null(one.Name));
        Assert.Equal("[DONE]", events[^1].Data);
        JsonElement[] chunks = [.. events.SkipLast(1).Select(one => one.Json)];
        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", chunk.GetProperty("object").GetString()));
        JsonElement[] choices = [.. chunks.Where(chunk => chunk.GetProperty("choices").GetArrayLength() > 0).Select(chunk => chunk.GetProperty("choices")[0])];
        Assert.Equal("assistant", choices[0].GetProperty("delta").GetProperty("role").GetString());
        Assert.Equal(plain, string.Concat(choices.Select(choice => choice.GetProperty("delta").TryGetProperty("content", out JsonElement text) ? text.GetString() : "")));
        Assert.Equal(["stop"], choices.Select(choice => choice.GetProperty("finish_reason").GetString()).OfType<string>());
        Assert.Equal(usage ? 1 : 0, chunks.Count(chunk => chunk.TryGetProperty("usage", out JsonElement counted) && counted.ValueKind == JsonValueKind.Object));
    }

    [Fact]
    public async Task Tools_are_called_at_once_and_their_results_answered()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        string ask = $$"""{"model":"claude-haiku-4-5","tools":{{Tools}},"messages":[{"role":"user","content":"Call get_weather and get_time."}]}""";

        JsonElement choice = (await OkAsync(await gateway.PostAsync("/v1/chat/completions", ask))).GetProperty("choices")[0];

        Assert.Equal("tool_calls", choice.GetProperty("finish_reason").GetString());
        JsonElement message = choice.GetProperty("message");
        JsonElement[] calls = [.. message.GetProperty("tool_calls").EnumerateArray()];
        Assert.Equal(["get_weather", "get_time"], calls.Select(call => call.GetProperty("function").GetProperty("name").GetString()));
        Assert.All(calls, call => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(call.GetProperty("function").GetProperty("arguments").GetString()!).RootElement.ValueKind));
        string results = string.Join(',', calls.Select(call => $$"""{"role":"tool","tool_call_id":"{{call.GetProperty("id").GetString()}}","content":"fine"}"""));
        JsonElement second = (await OkAsync(await gateway.PostAsync(
            "/v1/chat/completions",
            $$"""{"model":"claude-haiku-4-5","tools":{{Tools}},"messages":[{"role":"user","content":"Call get_weather and get_time."},{{message.GetRawText()}},{{results}}]}"""))).GetProperty("choices")[0];
        Assert.Equal("stop", second.GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task A_stream_of_tool_calls_adds_up_to_the_plain_answer()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        string ask = $$"""{"model":"claude-haiku-4-5","tools":{{Tools}},"messages":[{"role":"user","content":"Call get_weather and get_time."}]""";
        JsonElement plain = (await OkAsync(await gateway.PostAsync("/v1/chat/completions", ask + "}"))).GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls");

        IReadOnlyList<SseEvent> events = await SseText.ReadAsync(await gateway.PostAsync("/v1/chat/completions", ask + ",\"stream\":true}"));

        JsonElement[] parts = [.. events.SkipLast(1).SelectMany(one => one.Json.GetProperty("choices").EnumerateArray())
            .Where(choice => choice.GetProperty("delta").TryGetProperty("tool_calls", out _))
            .SelectMany(choice => choice.GetProperty("delta").GetProperty("tool_calls").EnumerateArray())];
        string[] streamed = [.. parts.GroupBy(part => part.GetProperty("index").GetInt32()).OrderBy(group => group.Key).Select(group =>
            group.First().GetProperty("function").GetProperty("name").GetString() + string.Concat(group.Select(part => part.GetProperty("function").GetProperty("arguments").GetString())))];
        Assert.Equal(plain.EnumerateArray().Select(call => call.GetProperty("function").GetProperty("name").GetString() + call.GetProperty("function").GetProperty("arguments").GetString()), streamed);
    }

    [Fact]
    public async Task A_schema_shapes_the_answer()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        string body = Body[..^1] + ""","response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object","properties":{"word":{"type":"string"}},"required":["word"],"additionalProperties":false}}}}""";

        string content = (await OkAsync(await gateway.PostAsync("/v1/chat/completions", body))).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

        Assert.True(JsonDocument.Parse(content).RootElement.TryGetProperty("word", out _), content);
    }

    [Fact]
    public async Task What_cannot_be_carried_is_refused_by_name_and_place_and_nothing_is_sent()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Body[..^1] + ",\n \"seed\": 7}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        JsonElement error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal("field_not_supported", error.GetProperty("code").GetString());
        Assert.Equal("seed", error.GetProperty("param").GetString());
        Assert.Contains("line 2, column 10", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deployment_that_can_carry_it_is_taken_in_place_of_one_that_cannot()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();

        JsonElement carried = await OkAsync(await gateway.PostAsync("/v1/chat/completions", """{"model":"either","messages":[{"role":"user","content":"x"}],"seed":7}"""));
        JsonElement first = await OkAsync(await gateway.PostAsync("/v1/chat/completions", """{"model":"either","messages":[{"role":"user","content":"x"}]}"""));

        Assert.StartsWith("gpt-4o-mini", carried.GetProperty("model").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("claude", first.GetProperty("model").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_has_no_way_there_is_refused()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/embeddings", """{"model":"claude-haiku-4-5","input":"x"}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("endpoint_not_supported", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_waits_travels_in_a_message_batch_and_comes_back_as_a_completion()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Body, ("Leeway-Deadline", "6h"));
        JsonElement completion = await OkAsync(answer);

        Assert.Equal("batch", answer.Headers.GetValues("Leeway-Lane").Single());
        Assert.Equal(answer.Headers.GetValues("Leeway-Cost").Single(), answer.Headers.GetValues("Leeway-Saved").Single());
        Assert.Equal("chat.completion", completion.GetProperty("object").GetString());
        Assert.True(completion.GetProperty("usage").GetProperty("prompt_tokens").GetInt32() > 0);
    }

    [Fact]
    public async Task The_provider_s_refusal_comes_in_the_client_s_shape()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", """{"model":"claude-haiku-4-5","max_tokens":0,"messages":[{"role":"user","content":"x"}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        JsonElement error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Contains("max_tokens", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    internal static async Task<JsonElement> OkAsync(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
