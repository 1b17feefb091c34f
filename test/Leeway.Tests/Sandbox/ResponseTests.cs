using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

public sealed class ResponseTests : IAsyncLifetime
{
    private const string Path = "/v1/responses";

    private const string Tools = """
        ,"tools":[{"type":"function","name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}},{"type":"web_search"}]
        """;

    private SandboxClient _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await SandboxClient.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    internal static string Body(string prompt, string more = "") =>
        $$"""{"model":"gpt-4o-mini","instructions":"Be short.","input":{{JsonSerializer.Serialize(prompt)}}{{more}}}""";

    internal static string Text(JsonElement response) =>
        response.GetProperty("output").EnumerateArray().Single(item => item.GetProperty("type").GetString() == "message")
            .GetProperty("content")[0].GetProperty("text").GetString()!;

    [Fact]
    public async Task Answer_says_what_chat_says_to_the_same_words_and_is_billed_alike()
    {
        var chat = await _sandbox.PostAsync("/v1/chat/completions", SandboxClient.ChatBody("What is 2 + 2?"));
        var response = await _sandbox.PostAsync(Path, Body("What is 2 + 2?", ""","metadata":{"a":"b"},"temperature":0.5"""));

        Assert.Equal(SandboxClient.Content(chat), Text(response));
        Assert.Equal(PromptDigest.OfChat(SandboxClient.Parse(SandboxClient.ChatBody("What is 2 + 2?"))), PromptDigest.OfResponse(SandboxClient.Parse(Body("What is 2 + 2?"))));
        Assert.Equal(("completed", "response"), (response.GetProperty("status").GetString(), response.GetProperty("object").GetString()));
        Assert.Equal(("""{"a":"b"}""", "0.5", "[]"), (response.GetProperty("metadata").GetRawText(), response.GetProperty("temperature").GetRawText(), response.GetProperty("tools").GetRawText()));
        var usage = response.GetProperty("usage");
        Assert.Equal(chat.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), usage.GetProperty("output_tokens").GetInt32());
        var ledger = await _sandbox.Server.ReadLedgerAsync();
        Assert.Equal(2, ledger.RealTime.Billed);
        Assert.Equal(chat.GetProperty("usage").GetProperty("prompt_tokens").GetInt64() + usage.GetProperty("input_tokens").GetInt64(), ledger.RealTime.InputTokens);
    }

    [Fact]
    public async Task Stream_numbers_its_events_and_adds_up_to_the_response_it_ends_with()
    {
        using var call = await _sandbox.SendAsync(Path, Body("stream me", ""","stream":true,"reasoning":{"effort":"low","summary":"auto"}"""));
        var events = await SandboxClient.EventsAsync(call);

        Assert.All(events.Index(), one => Assert.Equal((one.Item.Name, one.Index), (one.Item.Data.GetProperty("type").GetString(), one.Item.Data.GetProperty("sequence_number").GetInt32())));
        Assert.Equal(
            ["response.created", "response.in_progress",
             "response.output_item.added", "response.reasoning_summary_part.added", "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done",
             "response.reasoning_summary_part.done", "response.output_item.done",
             "response.output_item.added", "response.content_part.added", "response.output_text.delta", "response.output_text.done", "response.content_part.done",
             "response.output_item.done", "response.completed"],
            events.Select(one => one.Name!).Where((name, index) => index == 0 || events[index - 1].Name != name));
        var end = events[^1].Data.GetProperty("response");
        Assert.Equal(Text(end), string.Concat(events.Where(one => one.Name == "response.output_text.delta").Select(one => one.Data.GetProperty("delta").GetString())));
        Assert.Equal(["in_progress", "in_progress"], events[..2].Select(one => one.Data.GetProperty("response").GetProperty("status").GetString()));
        Assert.True(end.GetProperty("usage").GetProperty("output_tokens_details").GetProperty("reasoning_tokens").GetInt32() > 0);
        Assert.Equal(end.GetProperty("output")[1].GetRawText(), events[^2].Data.GetProperty("item").GetRawText());
        Assert.Equal(1, events[^2].Data.GetProperty("output_index").GetInt32());
        Assert.Equal(end.GetRawText(), (await _sandbox.GetAsync($"{Path}/{end.GetProperty("id").GetString()}")).GetRawText());
    }

    [Fact]
    public async Task Function_is_called_then_its_output_answered_in_words()
    {
        var call = Assert.Single((await _sandbox.PostAsync(Path, Body("Ask get_weather about Rome", Tools))).GetProperty("output").EnumerateArray());
        Assert.Equal(("function_call", "get_weather", "completed"), (call.GetProperty("type").GetString(), call.GetProperty("name").GetString(), call.GetProperty("status").GetString()));
        Assert.StartsWith("digest:", SandboxClient.Parse(call.GetProperty("arguments").GetString()!).GetProperty("city").GetString(), StringComparison.Ordinal);

        string Answered(string callId) => $$"""
            {"model":"gpt-4o-mini","input":[{"role":"user","content":"Ask get_weather"},{{call.GetRawText()}},
             {"type":"function_call_output","call_id":"{{callId}}","output":"sunny"}]{{Tools}} }
            """;
        var body = Answered(call.GetProperty("call_id").GetString()!);
        Assert.StartsWith("digest:" + PromptDigest.OfResponse(SandboxClient.Parse(body)), Text(await _sandbox.PostAsync(Path, body)), StringComparison.Ordinal);
        Assert.Equal(
            PromptDigest.OfChat(SandboxClient.Parse("""{"messages":[{"role":"user","content":"Ask get_weather"},{"role":"assistant"},{"role":"tool","content":"sunny"}]}""")),
            PromptDigest.OfResponse(SandboxClient.Parse(body)));
        var (status, error) = await SandboxClient.ErrorOfAsync(_sandbox.SendAsync(Path, Answered("call_none")));
        Assert.Equal((400, "input"), (status, error.GetProperty("param").GetString()));
    }

    [Fact]
    public async Task Streamed_arguments_add_up()
    {
        using var call = await _sandbox.SendAsync(Path, Body("Say hello", Tools + ""","tool_choice":"required","stream":true"""));
        var events = await SandboxClient.EventsAsync(call);

        var done = events.Single(one => one.Name == "response.function_call_arguments.done").Data.GetProperty("arguments").GetString();
        Assert.Equal(done, string.Concat(events.Where(one => one.Name == "response.function_call_arguments.delta").Select(one => one.Data.GetProperty("delta").GetString())));
        Assert.Equal(done, events[^1].Data.GetProperty("response").GetProperty("output")[0].GetProperty("arguments").GetString());
    }

    [Fact]
    public async Task Conversation_goes_on_from_an_earlier_response_without_its_instructions()
    {
        var first = await _sandbox.PostAsync(Path, Body("one"));
        var id = first.GetProperty("id").GetString();
        var second = await _sandbox.PostAsync(Path, Body("two", $""","previous_response_id":"{id}" """));
        var whole = $$"""
            {"instructions":"Be short.","input":[{"role":"user","content":"one"},{"role":"assistant","content":[{"type":"output_text","text":{{JsonSerializer.Serialize(Text(first))}}}]},{"role":"user","content":"two"}]}
            """;

        Assert.StartsWith("digest:" + PromptDigest.OfResponse(SandboxClient.Parse(whole)), Text(second), StringComparison.Ordinal);
        Assert.True(second.GetProperty("usage").GetProperty("input_tokens").GetInt32() > first.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        var (status, error) = await SandboxClient.ErrorOfAsync(_sandbox.SendAsync(Path, Body("x", ""","previous_response_id":"resp_none" """)));
        Assert.Equal((400, "previous_response_not_found"), (status, error.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Stored_response_is_read_with_its_input_and_deleted_and_an_unstored_one_is_not_there()
    {
        var id = (await _sandbox.PostAsync(Path, Body("keep me"))).GetProperty("id").GetString();
        var items = await _sandbox.GetAsync($"{Path}/{id}/input_items");
        Assert.Equal("keep me", items.GetProperty("data")[0].GetProperty("content")[0].GetProperty("text").GetString());

        using var deleted = await _sandbox.Http.DeleteAsync($"{Path}/{id}");
        Assert.True(SandboxClient.Parse(await deleted.Content.ReadAsStringAsync()).GetProperty("deleted").GetBoolean());
        Assert.Equal(404, (await SandboxClient.ErrorOfAsync(_sandbox.Http.GetAsync($"{Path}/{id}"))).Status);

        id = (await _sandbox.PostAsync(Path, Body("lose me", ",\"store\":false"))).GetProperty("id").GetString();
        Assert.Equal(404, (await SandboxClient.ErrorOfAsync(_sandbox.Http.GetAsync($"{Path}/{id}"))).Status);
    }

    [Fact]
    public async Task Maximum_leaves_it_incomplete_and_a_schema_shapes_the_text()
    {
        var cut = await _sandbox.PostAsync(Path, Body("Say much", ",\"max_output_tokens\":16"));
        Assert.Equal(("incomplete", "max_output_tokens"), (cut.GetProperty("status").GetString(), cut.GetProperty("incomplete_details").GetProperty("reason").GetString()));
        Assert.Equal(16, cut.GetProperty("usage").GetProperty("output_tokens").GetInt32());

        const string Format = ""","text":{"format":{"type":"json_schema","name":"s","schema":{"type":"object","properties":{"title":{"type":["string","null"]}}}}}""";
        Assert.StartsWith("digest:", SandboxClient.Parse(Text(await _sandbox.PostAsync(Path, Body("x", Format)))).GetProperty("title").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_count_is_what_the_answer_says_and_costs_nothing()
    {
        var counted = await _sandbox.PostAsync(Path + "/input_tokens", Body("count"));
        Assert.Equal(0, (await _sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
        Assert.Equal((await _sandbox.PostAsync(Path, Body("count"))).GetProperty("usage").GetProperty("input_tokens").GetInt32(), counted.GetProperty("input_tokens").GetInt32());
    }

    [Theory]
    [InlineData("""{"model":"gpt-4o-mini"}""", 400, "input")]
    [InlineData("""{"model":"gpt-4o-mini","input":"x","messages":[]}""", 400, "messages")]
    [InlineData("""{"model":"gpt-4o-mini","input":"x","max_output_tokens":3}""", 400, "max_output_tokens")]
    [InlineData("""{"model":"gpt-4o-mini","input":"x","background":true,"store":false}""", 400, "background")]
    [InlineData("""{"model":"gpt-4o-mini","input":[{"role":"user","content":[{"type":"text","text":"x"}]}]}""", 400, "input[0].content[0]")]
    [InlineData("""{"model":"claude-haiku-4-5","input":"x"}""", 404, null)]
    public async Task Wrong_bodies_are_refused(string body, int expected, string? param)
    {
        var (status, error) = await SandboxClient.ErrorOfAsync(_sandbox.SendAsync(Path, body));
        Assert.Equal((expected, param), (status, error.GetProperty("param").GetString()));
    }

    [Fact]
    public async Task Stream_faults_strike_here_too()
    {
        _sandbox.Server.Faults.Next(FaultKind.StreamErrorAfter200);
        using (var call = await _sandbox.SendAsync(Path, Body("x", ",\"stream\":true")))
        {
            var events = await SandboxClient.EventsAsync(call);
            Assert.Equal((4, "error", 3), (events.Count, events[^1].Name, events[^1].Data.GetProperty("sequence_number").GetInt32()));
        }

        Assert.Equal(0, (await _sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
        _sandbox.Server.Faults.Next(FaultKind.StreamCut);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _sandbox.SendAsync(Path, Body("x", ",\"stream\":true")));
        Assert.Equal(1, (await _sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
        _sandbox.Server.Faults.Next(FaultKind.RateLimit);
        Assert.Equal(429, (await SandboxClient.ErrorOfAsync(_sandbox.SendAsync(Path, Body("x")))).Status);
    }
}
