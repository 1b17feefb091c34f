using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Dialects;

/// <summary>Clients of Responses at deployments that do not have them.</summary>
public sealed class ResponsesOverOthersTests
{
    private const string Tools =
        """[{"type":"function","name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]},"strict":false},{"type":"function","name":"get_time","parameters":{"type":"object","properties":{"zone":{"type":"string"}}}}]""";

    private static string Body(string model, string more = "") => $$"""{"model":"{{model}}","instructions":"Be brief.","input":"What is leeway?"{{more}}}""";

    [Theory]
    [InlineData("llama")]
    [InlineData("claude-haiku-4-5")]
    public async Task A_plain_call_is_answered_as_a_response(string model)
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/responses", Body(model));
        JsonElement response = await ChatOverMessagesTests.OkAsync(answer);

        Assert.Equal("response", response.GetProperty("object").GetString());
        Assert.Equal("completed", response.GetProperty("status").GetString());
        JsonElement item = Assert.Single(response.GetProperty("output").EnumerateArray());
        Assert.Equal("message", item.GetProperty("type").GetString());
        Assert.NotEqual("", item.GetProperty("content")[0].GetProperty("text").GetString());
        Assert.True(response.GetProperty("usage").GetProperty("input_tokens").GetInt32() > 0);
        Assert.True(answer.Headers.Contains("Leeway-Cost"));
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("claude-haiku-4-5")]
    public async Task A_stream_tells_each_part_and_ends_with_the_whole_response(string model)
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();

        IReadOnlyList<SseEvent> events = await SseText.ReadAsync(await gateway.PostAsync("/v1/responses", Body(model, ",\"stream\":true")));

        Assert.All(events, one => Assert.Equal(one.Name, one.Type));
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(one => one.Number));
        Assert.Equal(
            ["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"],
            events.Select(one => one.Name).Where(name => name != "response.output_text.delta"));
        string text = string.Concat(events.Where(one => one.Name == "response.output_text.delta").Select(one => one.Json.GetProperty("delta").GetString()));
        JsonElement whole = events[^1].Json.GetProperty("response");
        Assert.Equal(text, whole.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal(text, events.Single(one => one.Name == "response.output_text.done").Json.GetProperty("text").GetString());
        Assert.True(whole.GetProperty("usage").GetProperty("output_tokens").GetInt32() > 0);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("claude-haiku-4-5")]
    public async Task Functions_are_called_streamed_and_their_outputs_answered(string model)
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();
        string body = $$"""{"model":"{{model}}","tools":{{Tools}},"input":[{"role":"user","content":[{"type":"input_text","text":"Call get_weather and get_time."}]}""";
        JsonElement first = await ChatOverMessagesTests.OkAsync(await gateway.PostAsync("/v1/responses", body + "]}"));
        IReadOnlyList<SseEvent> events = await SseText.ReadAsync(await gateway.PostAsync("/v1/responses", body + "],\"stream\":true}"));

        JsonElement[] calls = [.. first.GetProperty("output").EnumerateArray().Where(item => item.GetProperty("type").GetString() == "function_call")];
        Assert.Equal(["get_weather", "get_time"], calls.Select(call => call.GetProperty("name").GetString()));
        Assert.Equal(
            calls.Select(call => call.GetProperty("arguments").GetString()),
            events.Where(one => one.Name == "response.function_call_arguments.done").Select(one => one.Json.GetProperty("arguments").GetString()));
        string items = string.Join(',', calls.Select(call => $$"""{{call.GetRawText()}},{"type":"function_call_output","call_id":"{{call.GetProperty("call_id").GetString()}}","output":"fine"}"""));
        JsonElement second = await ChatOverMessagesTests.OkAsync(await gateway.PostAsync("/v1/responses", body + "," + items + "]}"));
        Assert.Equal("message", second.GetProperty("output")[0].GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("llama", ",\"max_tool_calls\":1", "max_tool_calls")]
    [InlineData("llama", ",\"tools\":[{\"type\":\"web_search\"}]", "tools[0].type")]
    [InlineData("claude-haiku-4-5", ",\"text\":{\"format\":{\"type\":\"json_object\"}}", "text.format")]
    [InlineData("claude-haiku-4-5", ",\"reasoning\":{\"effort\":\"minimal\"}", "reasoning.effort")]
    public async Task What_cannot_be_carried_is_refused_by_the_client_s_name(string model, string more, string field)
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/responses", Body(model, more));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        JsonElement error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal("field_not_supported", error.GetProperty("code").GetString());
        Assert.Equal(field, error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task A_response_that_waits_travels_in_a_message_batch_and_comes_back_as_a_response()
    {
        await using TestGateway gateway = await DialectGateway.StartAsync();

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/responses", Body("claude-haiku-4-5"), ("Leeway-Deadline", "6h"));
        JsonElement response = await ChatOverMessagesTests.OkAsync(answer);

        Assert.Equal("batch", answer.Headers.GetValues("Leeway-Lane").Single());
        Assert.Equal("response", response.GetProperty("object").GetString());
        Assert.Equal("completed", response.GetProperty("status").GetString());
    }
}
