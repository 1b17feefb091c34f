using System.Globalization;
using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Tests.Inference;

/// <summary>Every endpoint that is not chat, from its front door: answered now, held, later, refused, and broken off, each in its own shape.</summary>
public sealed class DialectTests
{
    public static TheoryData<string> Every { get; } = [Endpoints.Messages, Endpoints.Completions, Endpoints.Responses];

    [Theory]
    [MemberData(nameof(Every))]
    public async Task A_plain_call_passes_through_and_is_entered(string endpoint)
    {
        await using ScriptedProvider provider = await StartAsync(endpoint, Answer(endpoint));
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(provider, endpoint));
        using HttpResponseMessage answer = await gateway.PostAsync(endpoint, Body(endpoint), ("anthropic-version", "2023-06-01"));
        string text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Equal("realtime", Header(answer, "Leeway-Lane"));
        Assert.True(decimal.Parse(Header(answer, "Leeway-Cost")!, CultureInfo.InvariantCulture) > 0);
        Assert.Contains("Room to move.", text, StringComparison.Ordinal);
        if (endpoint != Endpoints.Responses)
        {
            Assert.Equal(Answer(endpoint), text);
        }

        Assert.Equal(endpoint == Endpoints.Messages ? Header(answer, "Leeway-Request-Id") : null, Header(answer, "request-id"));
        Assert.Equal(Body(endpoint), Assert.Single(provider.Seen).Body);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public async Task A_stream_passes_through_event_by_event(string endpoint)
    {
        await using ScriptedProvider provider = await StartAsync(endpoint, Answers.Wire(Answers.Events(endpoint)));
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(provider, endpoint));
        using HttpResponseMessage answer = await gateway.PostAsync(endpoint, Stream(Body(endpoint)));
        string text = await answer.Content.ReadAsStringAsync();
        string sent = Answers.Wire(Answers.Events(endpoint));

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        if (endpoint == Endpoints.Responses)
        {
            string id = SseText.Parse(text)[0].Json.GetProperty("response").GetProperty("id").GetString()!;
            sent = sent.Replace("resp_theirs", id, StringComparison.Ordinal);
        }
        else if (endpoint == Endpoints.Completions)
        {
            // Usage that the gateway asked for itself is not passed on with what the client asked for, only what it came with.
            Assert.Contains("include_usage", Assert.Single(provider.Seen).Body, StringComparison.Ordinal);
        }

        Assert.Equal(sent, text);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public async Task A_held_call_gets_the_whole_answer(string endpoint)
    {
        await using ScriptedProvider provider = await StartAsync(endpoint, Answer(endpoint));
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(provider, endpoint));
        using HttpResponseMessage answer = await gateway.PostAsync(endpoint, Body(endpoint), ("Leeway-Deadline", "1h"));
        JsonElement json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("Room to move.", json.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(endpoint == Endpoints.Responses ? Header(answer, "Leeway-Request-Id")!.Replace("req_", "resp_", StringComparison.Ordinal) : Id(Answer(endpoint)), json.GetProperty("id").GetString());
        Assert.Equal(endpoint == Endpoints.Messages ? Header(answer, "Leeway-Request-Id") : null, Header(answer, "request-id"));
    }

    [Theory]
    [InlineData(Endpoints.Messages, "message_start content_block_start content_block_delta content_block_delta content_block_stop content_block_start content_block_delta content_block_stop content_block_start content_block_delta content_block_stop message_delta message_stop")]
    [InlineData(Endpoints.Completions, "text_completion text_completion [DONE]")]
    [InlineData(Endpoints.Responses, "response.created response.in_progress response.output_item.added response.content_part.added response.output_text.delta response.output_text.done response.content_part.done response.output_item.done response.completed")]
    public async Task A_held_stream_is_kept_alive_and_then_gets_the_answer_as_its_own_events(string endpoint, string expected)
    {
        var release = new TaskCompletionSource();
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync(async (context, _) =>
        {
            await release.Task;
            await ScriptedProvider.SendAsync(context, Answer(endpoint));
        });
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(provider, endpoint) + "\nhold: { max: 1m, heartbeat: 50ms }\n");
        string body = Stream(Body(endpoint)).Replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}", StringComparison.Ordinal);
        using HttpResponseMessage answer = await gateway.PostAsync(endpoint, endpoint == Endpoints.Completions ? body : Stream(Body(endpoint)), ("Leeway-Deadline", "1h"));
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var text = new System.Text.StringBuilder();
        for (int beats = 0; beats < 2;)
        {
            string line = (await reader.ReadLineAsync())!;
            text.Append(line).Append('\n');
            beats += line.StartsWith(':') ? 1 : 0;
        }

        release.SetResult();
        text.Append(await reader.ReadToEndAsync());
        IReadOnlyList<SseEvent> events = SseText.Parse(text.ToString());

        Assert.Equal(expected.Split(' '), events.Select(one => endpoint == Endpoints.Completions ? one.Json.ValueKind == JsonValueKind.Object ? one.Json.GetProperty("object").GetString() : one.Data : one.Name));
        Assert.Contains("Room to move.", text.ToString(), StringComparison.Ordinal);
        if (endpoint == Endpoints.Messages)
        {
            Assert.All(events, one => Assert.Equal(one.Name, one.Type));
            Assert.Equal("""{"word":"leeway"}""", events.Single(one => one.Data.Contains("partial_json", StringComparison.Ordinal)).Json.GetProperty("delta").GetProperty("partial_json").GetString());
            JsonElement delta = events[^2].Json;
            Assert.Equal("tool_use", delta.GetProperty("delta").GetProperty("stop_reason").GetString());
            Assert.Equal(7, delta.GetProperty("usage").GetProperty("output_tokens").GetInt32());
            Assert.Equal(JsonValueKind.Null, events[0].Json.GetProperty("message").GetProperty("stop_reason").ValueKind);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public async Task A_call_that_prefers_not_to_wait_gets_a_place_to_look(string endpoint)
    {
        await using ScriptedProvider provider = await StartAsync(endpoint, Answer(endpoint));
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(provider, endpoint));
        using HttpResponseMessage answer = await gateway.PostAsync($"/by/6h{endpoint}", Body(endpoint), ("Prefer", "respond-async"));
        JsonElement accepted = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        JsonElement shown = await Sdk.Prompts.ShowWhenAsync(gateway, accepted.GetProperty("id").GetString()!, "succeeded");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(endpoint, accepted.GetProperty("endpoint").GetString());
        Assert.Contains("Room to move.", shown.GetProperty("response").GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("resp_theirs", shown.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cut", "provider_stream_cut")]
    [InlineData("stall", "provider_idle_timeout")]
    [InlineData("garbage", "provider_malformed_answer")]
    public async Task A_stream_that_breaks_ends_in_an_error_of_its_own_dialect_behind_whole_events(string fault, string code)
    {
        foreach (string endpoint in Every.Select(row => row.Data))
        {
            string[] events = [.. Answers.Events(endpoint).Take(endpoint == Endpoints.Completions ? 1 : 2)];
            var release = new TaskCompletionSource();
            await using ScriptedProvider provider = await ScriptedProvider.StartAsync(async (context, _) =>
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync(Answers.Wire(events) + (fault == "garbage" ? "" : "event: half"));
                await context.Response.Body.FlushAsync();
                await release.Task;
                if (fault == "garbage")
                {
                    await context.Response.WriteAsync("\u0001\u0002 no event\n\n");
                    await context.Response.Body.FlushAsync();
                }

                if (fault != "cut")
                {
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                }

                context.Abort();
            });
            await using TestGateway gateway = await TestGateway.StartAsync(Yaml(provider, endpoint));
            using HttpResponseMessage answer = await gateway.PostAsync(endpoint, Stream(Body(endpoint)));
            release.SetResult();
            IReadOnlyList<SseEvent> got = await SseText.ReadAsync(answer);

            Assert.Equal(events.Length + 1, got.Count);
            AssertError(endpoint, got[^1], code);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public async Task An_error_that_the_provider_sends_within_its_stream_is_the_last_event(string endpoint)
    {
        string trouble = endpoint switch
        {
            Endpoints.Messages => """event: error|data: {"type":"error","error":{"type":"overloaded_error","message":"too busy"}}""",
            Endpoints.Responses => """event: error|data: {"type":"error","sequence_number":2,"code":"server_error","message":"too busy","param":null}""",
            _ => """data: {"error":{"message":"too busy","type":"server_error","param":null,"code":"overloaded"}}""",
        };
        string[] events = [.. Answers.Events(endpoint).Take(1), trouble];
        await using ScriptedProvider provider = await StartAsync(endpoint, Answers.Wire(events));
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(provider, endpoint));
        using HttpResponseMessage answer = await gateway.PostAsync(endpoint, Stream(Body(endpoint)));
        IReadOnlyList<SseEvent> got = await SseText.ReadAsync(answer);

        Assert.Equal(2, got.Count);
        Assert.Contains("too busy", got[1].Data, StringComparison.Ordinal);
        AssertError(endpoint, got[1], code: null);
    }

    [Theory]
    [InlineData(400, "invalid_request_error", 400)]
    [InlineData(413, "request_too_large", 413)]
    [InlineData(429, "rate_limit_error", 429)]
    [InlineData(529, "overloaded_error", 529)]
    [InlineData(500, "api_error", 502)]
    [InlineData(401, "authentication_error", 502)]
    public async Task A_refusal_of_Anthropics_is_told_in_its_shape(int status, string type, int expected)
    {
        await using ScriptedProvider provider = await ScriptedProvider.StartAsync((context, _) => ScriptedProvider.SendAsync(
            context, $$"""{"type":"error","error":{"type":"{{type}}","message":"so it is"},"request_id":"req_theirs"}""", status));
        await using TestGateway gateway = await TestGateway.StartAsync(provider.Yaml(", retries: { max: 0 }", "anthropic"));
        using HttpResponseMessage answer = await gateway.PostAsync(Endpoints.Messages, Body(Endpoints.Messages));
        JsonElement error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(expected, (int)answer.StatusCode);
        Assert.Equal("error", error.GetProperty("type").GetString());
        Assert.Equal(expected == 502 ? "api_error" : type, error.GetProperty("error").GetProperty("type").GetString());
        Assert.StartsWith("req_", Header(answer, "request-id"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model":"gpt-4o-mini","messages":[]}""", 400, "invalid_request_error", "missing_member")]
    [InlineData("""{"model":"nothing","max_tokens":1,"messages":[]}""", 404, "not_found_error", "model_not_found")]
    [InlineData("""{"model":""", 400, "invalid_request_error", "invalid_json")]
    [InlineData("""{"max_tokens":1}""", 400, "invalid_request_error", "missing_model")]
    public async Task Our_own_refusals_have_Anthropics_shape_on_its_paths(string body, int status, string type, string code)
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        foreach (string path in (string[])["/v1/messages", "/by/6h/v1/messages"])
        {
            using HttpResponseMessage answer = await gateway.PostAsync(path, body);
            JsonElement error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(["type", "error", "request_id"], error.EnumerateObject().Select(member => member.Name));
            Assert.Equal(type, error.GetProperty("error").GetProperty("type").GetString());
            Assert.Equal(code, error.GetProperty("error").GetProperty("code").GetString());
            Assert.Equal(Header(answer, "request-id"), error.GetProperty("request_id").GetString());
        }
    }

    [Fact]
    public async Task Leeways_metadata_never_reaches_Anthropic_and_the_callers_does()
    {
        await using ScriptedProvider provider = await StartAsync(Endpoints.Messages, Answers.Message);
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(provider, Endpoints.Messages));
        string body = Body(Endpoints.Messages)[..^1] + ",\"metadata\":{\"leeway_deadline\":\"1h\",\"user_id\":\"u1\"}}";
        using HttpResponseMessage answer = await gateway.PostAsync(Endpoints.Messages, body, ("anthropic-beta", "context-1m-2025-08-07"));
        string seen = Assert.Single(provider.Seen).Body;

        Assert.True(answer.IsSuccessStatusCode);
        Assert.DoesNotContain("leeway_", seen, StringComparison.Ordinal);
        Assert.Contains("\"user_id\":\"u1\"", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Features_in_beta_are_named_to_Anthropic()
    {
        await using ScriptedProvider provider = await StartAsync(Endpoints.Messages, Answers.Message);
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(provider, Endpoints.Messages));
        using HttpResponseMessage answer = await gateway.PostAsync(Endpoints.Messages, Body(Endpoints.Messages), ("anthropic-beta", "context-1m-2025-08-07"));

        Assert.Equal("context-1m-2025-08-07", Assert.Single(provider.Seen).Headers["anthropic-beta"]);
    }

    private static void AssertError(string endpoint, SseEvent last, string? code)
    {
        Assert.Equal(endpoint == Endpoints.Completions ? null : "error", last.Name);
        JsonElement error = endpoint == Endpoints.Responses ? last.Json : last.Json.GetProperty("error");
        if (endpoint != Endpoints.Completions)
        {
            Assert.Equal("error", last.Type);
        }

        Assert.NotEqual("", error.GetProperty("message").GetString());
        if (code is not null)
        {
            Assert.Equal(code, error.GetProperty("code").GetString());
        }
    }

    private static Task<ScriptedProvider> StartAsync(string endpoint, string answer) => ScriptedProvider.StartAsync((context, _) =>
        context.Request.Path == endpoint ? ScriptedProvider.SendAsync(context, answer) : ScriptedProvider.SendAsync(context, "{}", 404));

    private static string Yaml(ScriptedProvider provider, string endpoint) => provider.Yaml(kind: endpoint == Endpoints.Messages ? "anthropic" : "openai-compatible");

    private static string Answer(string endpoint) => endpoint switch
    {
        Endpoints.Messages => Answers.Message,
        Endpoints.Responses => Answers.Response("resp_theirs", "Room to move."),
        _ => Answers.Completion,
    };

    private static string Body(string endpoint) => endpoint switch
    {
        Endpoints.Messages => """{"model":"gpt-4o-mini","max_tokens":50,"messages":[{"role":"user","content":"What is leeway?"}]}""",
        Endpoints.Responses => """{"model":"gpt-4o-mini","input":"What is leeway?"}""",
        _ => """{"model":"gpt-4o-mini","prompt":"What is leeway?"}""",
    };

    private static string Stream(string body) => body[..^1] + ",\"stream\":true}";

    private static string? Id(string answer) => JsonDocument.Parse(answer).RootElement.GetProperty("id").GetString();

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : null;
}
