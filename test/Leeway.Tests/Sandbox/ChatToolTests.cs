using System.Text.Json;
using Leeway.Sandbox;

namespace Leeway.Tests.Sandbox;

public sealed class ChatToolTests : IAsyncLifetime
{
    private const string Path = "/v1/chat/completions";

    private const string Tools = """
        ,"tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}}}}},
                  {"type":"function","function":{"name":"get_time"}}]
        """;

    private SandboxClient _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await SandboxClient.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData("Say hello", "", "")]
    [InlineData("Please use the tool", "", "get_weather")]
    [InlineData("Ask get_time and get_weather", "", "get_weather,get_time")]
    [InlineData("Ask get_time and get_weather", ",\"parallel_tool_calls\":false", "get_weather")]
    [InlineData("Ask get_time", ",\"tool_choice\":\"none\"", "")]
    [InlineData("Say hello", ",\"tool_choice\":\"required\"", "get_weather")]
    [InlineData("Say hello", ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"get_time\"}}", "get_time")]
    public async Task Tools_are_called_when_the_prompt_or_the_choice_asks(string prompt, string more, string called)
    {
        var choice = (await _sandbox.PostAsync(Path, SandboxClient.ChatBody(prompt, Tools + more))).GetProperty("choices")[0];
        var message = choice.GetProperty("message");
        var calls = message.TryGetProperty("tool_calls", out var list) ? list.EnumerateArray().ToList() : [];

        Assert.Equal(called, string.Join(',', calls.Select(call => call.GetProperty("function").GetProperty("name").GetString())));
        Assert.Equal(called.Length > 0 ? "tool_calls" : "stop", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(called.Length > 0, message.GetProperty("content").ValueKind == JsonValueKind.Null);
        var digest = PromptDigest.OfChat(SandboxClient.Parse(SandboxClient.ChatBody(prompt)));
        Assert.All(calls, call => Assert.StartsWith("call_" + digest, call.GetProperty("id").GetString(), StringComparison.Ordinal));
        Assert.Equal(calls.Count, calls.Select(call => call.GetProperty("id").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Streamed_arguments_add_up_to_the_whole_calls()
    {
        var body = SandboxClient.ChatBody("Ask get_time and get_weather", Tools);
        var whole = await _sandbox.PostAsync(Path, body);
        using var response = await _sandbox.SendAsync(Path, body[..^1] + ",\"stream\":true}");
        var deltas = (await SandboxClient.EventsAsync(response)).Select(one => one.Data.GetProperty("choices")[0]).ToList();

        Assert.Equal("tool_calls", deltas[^1].GetProperty("finish_reason").GetString());
        var pieces = deltas.Select(one => one.GetProperty("delta")).Where(delta => delta.TryGetProperty("tool_calls", out _)).Select(delta => delta.GetProperty("tool_calls")[0]).ToList();
        Assert.Equal(2, pieces.Count(piece => piece.TryGetProperty("id", out _)));
        foreach (var (index, call) in whole.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls").EnumerateArray().Index())
        {
            var mine = pieces.Where(piece => piece.GetProperty("index").GetInt32() == index).ToList();
            Assert.Equal(call.GetProperty("id").GetString(), mine[0].GetProperty("id").GetString());
            Assert.Equal(
                call.GetProperty("function").GetProperty("arguments").GetString(),
                string.Concat(mine.Select(piece => piece.GetProperty("function").GetProperty("arguments").GetString())));
        }
    }

    [Fact]
    public async Task Result_of_a_tool_is_answered_in_words_and_needs_its_call()
    {
        const string Body = """
            {"model":"gpt-4o-mini","messages":[{"role":"user","content":"Ask get_weather"},
             {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"get_weather","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c1","content":"sunny"}]
            """;
        var answer = await _sandbox.PostAsync(Path, Body + Tools + "}");
        Assert.StartsWith("digest:" + PromptDigest.OfChat(SandboxClient.Parse(Body + "}")), SandboxClient.Content(answer), StringComparison.Ordinal);

        var (status, error) = await SandboxClient.ErrorOfAsync(_sandbox.SendAsync(Path, Body.Replace("\"tool_call_id\":\"c1\"", "\"tool_call_id\":\"c2\"", StringComparison.Ordinal) + "}"));
        Assert.Equal((400, "messages[2].role"), (status, error.GetProperty("param").GetString()));
    }

    [Fact]
    public async Task Schema_shapes_the_text_and_a_stop_sequence_ends_it()
    {
        const string Format = ""","response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"type":"object","properties":{"note":{"type":"string"},"ok":{"type":"boolean"}}}}}""";
        var output = SandboxClient.Parse(SandboxClient.Content(await _sandbox.PostAsync(Path, SandboxClient.ChatBody("x", Format))));
        Assert.StartsWith("digest:", output.GetProperty("note").GetString(), StringComparison.Ordinal);
        Assert.True(output.GetProperty("ok").GetBoolean());

        var whole = SandboxClient.Content(await _sandbox.PostAsync(Path, SandboxClient.ChatBody("x")));
        var word = " " + whole.Split(' ')[4];
        Assert.Equal(
            whole[..whole.IndexOf(word, StringComparison.Ordinal)],
            SandboxClient.Content(await _sandbox.PostAsync(Path, SandboxClient.ChatBody("x", $",\"stop\":\"{word}\""))));
    }

    [Fact]
    public async Task Long_prompt_is_read_from_the_cache_the_second_time_at_its_price()
    {
        var prompt = string.Join(' ', Enumerable.Repeat("long words of context", 400));
        var first = (await _sandbox.PostAsync(Path, SandboxClient.ChatBody(prompt))).GetProperty("usage");
        var before = (await _sandbox.Server.ReadLedgerAsync()).RealTime.CostUsd;
        var second = (await _sandbox.PostAsync(Path, SandboxClient.ChatBody(prompt))).GetProperty("usage");

        static long Cached(JsonElement usage) => usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt64();
        Assert.Equal(0, Cached(first));
        Assert.True(Cached(second) is > 1024 and var read && read % 128 == 0);
        Assert.Equal(first.GetProperty("prompt_tokens").GetInt64(), second.GetProperty("prompt_tokens").GetInt64());
        var plain = second.GetProperty("prompt_tokens").GetInt64() - Cached(second);
        Assert.Equal(
            ((plain * 0.15m) + (Cached(second) * 0.075m) + (second.GetProperty("completion_tokens").GetInt64() * 0.60m)) / 1_000_000,
            (await _sandbox.Server.ReadLedgerAsync()).RealTime.CostUsd - before);
    }
}
