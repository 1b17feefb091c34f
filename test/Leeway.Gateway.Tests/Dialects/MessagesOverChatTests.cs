using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Dialects;

/// <summary>Clients of Anthropic Messages, at deployments that speak Chat Completions and at Anthropic's own.</summary>
public sealed class MessagesOverChatTests
{
    private const string Tools =
        """[{"name":"get_weather","description":"Weather","input_schema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]},"cache_control":{"type":"ephemeral"}},{"name":"get_time","input_schema":{"type":"object","properties":{"zone":{"type":"string"}}}}]""";

    private static string Body(string model, string more = "") => $$"""{"model":"{{model}}","max_tokens":200,"system":"Be brief.","messages":[{"role":"user","content":"What is leeway?"}]{{more}}}""";

    [Theory]
    [InlineData("gpt-4o-mini")]
    [InlineData("llama")]
    [InlineData("claude-haiku-4-5")]
    public async Task A_plain_call_is_answered_as_a_message(string model)
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Body(model));
        JsonElement message = await ChatOverMessagesTests.OkAsync(answer);

        Assert.Equal("message", message.GetProperty("type").GetString());
        Assert.Equal("end_turn", message.GetProperty("stop_reason").GetString());
        JsonElement block = Assert.Single(message.GetProperty("content").EnumerateArray());
        Assert.Equal("text", block.GetProperty("type").GetString());
        Assert.NotEqual("", block.GetProperty("text").GetString());
        Assert.True(message.GetProperty("usage").GetProperty("input_tokens").GetInt32() > 0);
        Assert.True(decimal.Parse(answer.Headers.GetValues("Leeway-Cost").Single(), System.Globalization.CultureInfo.InvariantCulture) > 0);
    }

    [Theory]
    [InlineData("gpt-4o-mini")]
    [InlineData("claude-haiku-4-5")]
    public async Task A_stream_has_every_event_in_order_and_adds_up_to_the_plain_answer(string model)
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        JsonElement plain = await ChatOverMessagesTests.OkAsync(await gateway.PostAsync("/v1/messages", Body(model)));

        IReadOnlyList<SseEvent> events = await SseText.ReadAsync(await gateway.PostAsync("/v1/messages", Body(model, ",\"stream\":true")));

        Assert.All(events, one => Assert.Equal(one.Name, one.Type));
        string[] names = [.. events.Select(one => one.Name!).Where(name => name is not ("ping" or "content_block_delta"))];
        Assert.Equal(["message_start", "content_block_start", "content_block_stop", "message_delta", "message_stop"], names);
        Assert.Equal(plain.GetProperty("content")[0].GetProperty("text").GetString(), string.Concat(events.Where(one => one.Name == "content_block_delta").Select(one => one.Json.GetProperty("delta").GetProperty("text").GetString())));
        JsonElement delta = events.Single(one => one.Name == "message_delta").Json;
        Assert.Equal("end_turn", delta.GetProperty("delta").GetProperty("stop_reason").GetString());
        Assert.Equal(plain.GetProperty("usage").GetProperty("output_tokens").GetInt32(), delta.GetProperty("usage").GetProperty("output_tokens").GetInt32());
    }

    [Fact]
    public async Task Tools_are_called_and_their_results_answered()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        const string question = """{"role":"user","content":[{"type":"text","text":"Call get_weather and get_time.","cache_control":{"type":"ephemeral","ttl":"1h"}}]}""";
        string head = $$"""{"model":"gpt-4o-mini","max_tokens":200,"tools":{{Tools}},"messages":[{{question}}""";

        JsonElement first = await ChatOverMessagesTests.OkAsync(await gateway.PostAsync("/v1/messages", head + "]}"));

        Assert.Equal("tool_use", first.GetProperty("stop_reason").GetString());
        JsonElement[] calls = [.. first.GetProperty("content").EnumerateArray().Where(block => block.GetProperty("type").GetString() == "tool_use")];
        Assert.Equal(["get_weather", "get_time"], calls.Select(call => call.GetProperty("name").GetString()));
        string results = string.Join(',', calls.Select(call => $$"""{"type":"tool_result","tool_use_id":"{{call.GetProperty("id").GetString()}}","content":[{"type":"text","text":"fine"}]}"""));
        JsonElement second = await ChatOverMessagesTests.OkAsync(await gateway.PostAsync(
            "/v1/messages", head + $$""",{"role":"assistant","content":{{first.GetProperty("content").GetRawText()}}},{"role":"user","content":[{{results}},{"type":"text","text":"Thank you."}]}]}"""));
        Assert.Equal("end_turn", second.GetProperty("stop_reason").GetString());
    }

    [Fact]
    public async Task A_stream_of_tool_calls_adds_up_to_the_plain_answer()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        string body = $$"""{"model":"gpt-4o-mini","max_tokens":200,"tools":{{Tools}},"messages":[{"role":"user","content":"Call get_weather and get_time."}]""";
        JsonElement plain = await ChatOverMessagesTests.OkAsync(await gateway.PostAsync("/v1/messages", body + "}"));

        IReadOnlyList<SseEvent> events = await SseText.ReadAsync(await gateway.PostAsync("/v1/messages", body + ",\"stream\":true}"));

        string[] started = [.. events.Where(one => one.Name == "content_block_start").Select(one => one.Json.GetProperty("content_block")).Where(block => block.GetProperty("type").GetString() == "tool_use").Select(block => block.GetProperty("name").GetString()!)];
        Assert.Equal(["get_weather", "get_time"], started);
        string[] inputs = [.. events.Where(one => one.Name == "content_block_delta" && one.Json.GetProperty("delta").GetProperty("type").GetString() == "input_json_delta")
            .GroupBy(one => one.Json.GetProperty("index").GetInt32()).Select(group => string.Concat(group.Select(one => one.Json.GetProperty("delta").GetProperty("partial_json").GetString())))];
        Assert.Equal(plain.GetProperty("content").EnumerateArray().Where(block => block.GetProperty("type").GetString() == "tool_use").Select(block => block.GetProperty("input").GetRawText()), inputs);
        Assert.Equal("tool_use", events.Single(one => one.Name == "message_delta").Json.GetProperty("delta").GetProperty("stop_reason").GetString());
    }

    [Theory]
    [InlineData(",\"top_k\":5", "top_k")]
    [InlineData(",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}", "thinking.type")]
    [InlineData(",\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]", "tools[0].type")]
    [InlineData(",\"container\":\"c\"", "container")]
    public async Task What_cannot_be_carried_is_refused_by_name_in_the_client_s_shape(string more, string field)
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Body("gpt-4o-mini", more));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        JsonElement error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("error", error.GetProperty("type").GetString());
        Assert.Equal("invalid_request_error", error.GetProperty("error").GetProperty("type").GetString());
        Assert.Contains($"'{field}'", error.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpt-4o-mini")]
    [InlineData("claude-haiku-4-5")]
    public async Task A_message_that_waits_travels_in_a_batch_and_comes_back_as_a_message(string model)
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Body(model), ("Leeway-Deadline", "6h"));
        JsonElement message = await ChatOverMessagesTests.OkAsync(answer);

        Assert.Equal("batch", answer.Headers.GetValues("Leeway-Lane").Single());
        Assert.Equal(answer.Headers.GetValues("Leeway-Cost").Single(), answer.Headers.GetValues("Leeway-Saved").Single());
        Assert.Equal("message", message.GetProperty("type").GetString());
        Assert.Equal("end_turn", message.GetProperty("stop_reason").GetString());
    }
}
