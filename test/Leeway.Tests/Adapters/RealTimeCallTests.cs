using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Leeway.Tests.Adapters;

public sealed class RealTimeCallTests
{
    private const string Answer =
        """{"id":"chatcmpl-x","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"finish_reason":"stop","logprobs":null,"message":{"role":"assistant","content":"hi","refusal":null,"annotations":[]}}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""";

    [Fact]
    public async Task A_call_goes_up_with_the_client_s_bytes_and_our_headers_only()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(200, Answer, headers: ("x-request-id", "req-up"));
        const string body = """{ "model" : "gpt-4o", "messages":[{"role":"user","content":"h\u00e9 \"you\""}], "unknown":{"a":[1, 2]} }""";

        using ProviderAnswer answer = await bench.SendAsync(body);

        Assert.Equal(200, answer.StatusCode);
        Assert.Null(answer.Error);
        Assert.Equal("req-up", answer.ProviderRequestId);
        Assert.False(answer.UsageEventIsOurs);
        Assert.Equal(Answer, await AdapterBench.TextAsync(answer));
        ReceivedRequest request = bench.Server.Single();
        Assert.Equal("POST /v1/chat/completions", request.Line);
        Assert.Equal(body, request.Text);
        Assert.Equal(
            ["Authorization: Bearer sk-test", $"Content-Length: {Encoding.UTF8.GetByteCount(body)}", "Content-Type: application/json", $"Host: {bench.Server.BaseUrl.Authority}", "User-Agent: leeway"],
            request.Headers.Select(static h => $"{h.Key}: {h.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_server_without_a_key_gets_no_authorization()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync("openai-compatible");
        bench.Deployment = bench.Deployment with { ApiKey = null };
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"gpt-4o"}""");

        Assert.False(bench.Server.Single().Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task A_base_address_may_end_in_a_slash_and_have_a_path()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync("openai-compatible");
        bench.Deployment = bench.Deployment with { BaseUrl = new Uri(bench.Server.BaseUrl, "/proxy/v1/") };
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"gpt-4o"}""", "/v1/embeddings");

        Assert.Equal("POST /proxy/v1/embeddings", bench.Server.Single().Line);
    }

    [Fact]
    public async Task An_endpoint_that_the_kind_does_not_serve_is_refused_before_anything_is_sent()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => bench.SendAsync("""{"model":"gpt-4o"}""", "/v1/../admin"));

        Assert.Equal(ProviderErrorKind.NotFound, e.Error.Kind);
        Assert.Empty(bench.Server.Received);
    }

    [Theory]
    [InlineData("""{"model":"gpt-4o@6h","a":1}""", """{"model":"gpt-4o","a":1}""")]
    [InlineData("""{"a":"gpt-4o@6h","model" : "x" , "b":2}""", """{"a":"gpt-4o@6h","model" : "gpt-4o" , "b":2}""")]
    [InlineData("""{"model":"gpt-4o","stream":true}""", """{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"model":"m","stream":true,"n":1}""", """{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true},"n":1}""")]
    [InlineData("""{"model":"gpt-4o","stream_options": null ,"stream":true}""", """{"model":"gpt-4o","stream_options": {"include_usage":true} ,"stream":true}""")]
    [InlineData("""{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":false,"include_obfuscation":false}}""", """{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}}""")]
    [InlineData("""{"model":"gpt-4o","stream":true,"stream_options":{"a":null,"include_usage":null,"b":1}}""", """{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true,"a":null,"b":1}}""")]
    [InlineData("""{"model":"gpt-4o","stream":true,"stream_options":{}}""", """{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"model":"gpt-4o","metadata":{"leeway_deadline":"6h","a":"b"}}""", """{"model":"gpt-4o","metadata":{"a":"b"}}""")]
    [InlineData("""{"model":"gpt-4o","metadata":{"a":"b","leeway_priority":"low", "leeway_deadline":"6h"}}""", """{"model":"gpt-4o","metadata":{"a":"b"}}""")]
    [InlineData("""{"model":"gpt-4o","metadata":{"leeway_deadline":"6h"}}""", """{"model":"gpt-4o"}""")]
    [InlineData("""{"metadata":{"leeway_deadline":"6h"},"stream":true,"model":"m"}""", """{"stream":true,"stream_options":{"include_usage":true},"model":"gpt-4o"}""")]
    [InlineData("""{"model":"gpt-4o","stream":true,"metadata":{"leeway_deadline":"6h"}}""", """{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true}}""")]
    public async Task Only_what_has_to_change_changes(string body, string sent)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.SendAsync(body);

        Assert.Equal(sent, bench.Server.Single().Text);
        Assert.Equal(sent.Length.ToString(), bench.Server.Single().Headers["Content-Length"]);
        Assert.Equal(sent.Contains("include_usage"), answer.UsageEventIsOurs);
    }

    [Theory]
    [InlineData("""{"model":"m","a":1}""", """{"model":"gpt-4o","service_tier":"flex","a":1}""")]
    [InlineData("""{"a":1,"model" : "gpt-4o" }""", """{"a":1,"model" : "gpt-4o","service_tier":"flex" }""")]
    [InlineData("""{"model":"gpt-4o","stream":true}""", """{"model":"gpt-4o","service_tier":"flex"}""")]
    [InlineData("""{"stream":true,"model":"gpt-4o","background":false}""", """{"model":"gpt-4o","service_tier":"flex"}""")]
    [InlineData("""{"service_tier": "auto","model":"gpt-4o","stream":true}""", """{"service_tier":"flex","model":"gpt-4o"}""")]
    [InlineData("""{"model":"gpt-4o","stream":true,"service_tier":null,"metadata":{"leeway_deadline":"6h"}}""", """{"model":"gpt-4o","service_tier":"flex"}""")]
    [InlineData("""{"model":"gpt-4o","service_tier":"priority","stream":false,"n":1}""", """{"model":"gpt-4o","service_tier":"flex","n":1}""")]
    public async Task What_travels_by_flex_asks_for_the_tier_whatever_the_body_says_and_nothing_else_changes(string body, string sent)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.Provider.SendAsync(
            bench.Deployment, AdapterBench.Call(body) with { Buffered = true, OnFlexTier = true }, TestContext.Current.CancellationToken);

        Assert.Equal(sent, bench.Server.Single().Text);
    }

    [Theory]
    [InlineData("""{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("""{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hi"}],"service_tier":"standard_only"}""")]
    public async Task A_translated_call_asks_for_the_flex_tier_once(string body)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.Provider.SendAsync(
            bench.Deployment, AdapterBench.Call(body, Endpoints.Messages) with { Buffered = true, OnFlexTier = true }, TestContext.Current.CancellationToken);

        Assert.Equal(2, bench.Server.Single().Text.Split("service_tier").Length);
        Assert.Contains("\"service_tier\":\"flex\"", bench.Server.Single().Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("/v1/chat/completions", """{"model":"gpt-4o","stream":true,"stream_options":7}""")]
    [InlineData("/v1/chat/completions", """{"model":"gpt-4o","stream":false}""")]
    [InlineData("/v1/responses", """{"model":"gpt-4o","stream":true}""")]
    public async Task Usage_is_asked_for_only_where_it_is_missing_and_possible(string endpoint, string body)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.SendAsync(body, endpoint);

        Assert.Equal(body, bench.Server.Single().Text);
        Assert.False(answer.UsageEventIsOurs);
    }

    [Fact]
    public async Task A_model_name_that_needs_escapes_arrives_as_the_same_text()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync("openai-compatible");
        bench.Deployment = bench.Deployment with { Model = "org/\"mödel\"+1" };
        bench.Server.Then(200, Answer);

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"x"}""");

        Assert.Equal("org/\"mödel\"+1", System.Text.Json.JsonDocument.Parse(bench.Server.Single().Body).RootElement.GetProperty("model").GetString());
    }

    [Fact]
    public async Task An_answer_is_there_at_its_head_and_a_broken_one_breaks_the_read()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        var cut = new TaskCompletionSource();
        bench.Server.Then(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: {}\n\n");
            await context.Response.Body.FlushAsync();
            await cut.Task;
            context.Abort();
        });

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"gpt-4o","stream":true}""");
        byte[] buffer = new byte[64];
        int first = await answer.Body!.ReadAsync(buffer, TestContext.Current.CancellationToken);
        cut.SetResult();

        Assert.Equal("text/event-stream", answer.ContentType);
        Assert.Equal("data: {}\n\n", Encoding.UTF8.GetString(buffer, 0, first));
        await Assert.ThrowsAnyAsync<IOException>(async () => await answer.Body!.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_connection_cut_before_the_head_may_have_cost_money()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(static context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => bench.SendAsync("""{"model":"gpt-4o"}"""));

        Assert.Equal(ProviderErrorKind.StreamCut, e.Error.Kind);
        Assert.True(e.Error.MayHaveCharged);
    }

    [Fact]
    public async Task Nothing_listening_is_a_failed_connection()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;

        foreach (string url in (string[])[$"http://127.0.0.1:{port}/v1", $"https://{bench.Server.BaseUrl.Authority}/v1"])
        {
            bench.Deployment = bench.Deployment with { BaseUrl = new Uri(url) };
            ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => bench.SendAsync("""{"model":"gpt-4o"}"""));

            Assert.Equal(ProviderErrorKind.ConnectFailed, e.Error.Kind);
            Assert.False(e.Error.MayHaveCharged);
        }
    }

    [Fact]
    public async Task A_handshake_that_never_ends_is_a_failed_connection_after_the_connect_timeout()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        bench.Deployment = bench.Deployment with
        {
            BaseUrl = new Uri($"https://127.0.0.1:{((IPEndPoint)mute.LocalEndpoint).Port}/v1"),
            Timeouts = new PhaseTimeouts { Connect = TimeSpan.FromMilliseconds(100) },
        };

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => bench.SendAsync("""{"model":"gpt-4o"}"""));

        Assert.Equal(ProviderErrorKind.ConnectFailed, e.Error.Kind);
    }

    [Fact]
    public async Task Something_that_is_not_HTTP_is_a_malformed_answer()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        using var odd = new TcpListener(IPAddress.Loopback, 0);
        odd.Start();
        bench.Deployment = bench.Deployment with { BaseUrl = new Uri($"http://127.0.0.1:{((IPEndPoint)odd.LocalEndpoint).Port}/v1") };

        Task<ProviderAnswer> call = bench.SendAsync("""{"model":"gpt-4o"}""");
        using Socket socket = await odd.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await socket.SendAsync("SSH-2.0-OpenSSH_9.9\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => call);

        Assert.Equal(ProviderErrorKind.MalformedAnswer, e.Error.Kind);
    }

    [Fact]
    public async Task The_caller_s_token_ends_the_call_as_a_cancellation()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(ScriptedServer.Silence(afterHead: false));
        using var source = new CancellationTokenSource();

        Task<ProviderAnswer> call = bench.Provider.SendAsync(bench.Deployment, AdapterBench.Call("""{"model":"gpt-4o"}"""), source.Token);
        await bench.Server.ArrivalAsync();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_web_page_is_no_answer()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(200, "<html>Sign in</html>", "text/html; charset=utf-8");

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"gpt-4o"}""");

        Assert.Equal(ProviderErrorKind.MalformedAnswer, answer.Error!.Kind);
        Assert.Null(answer.Body);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Server.Then(307, "", headers: ("Location", "/v1/elsewhere"));

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"gpt-4o"}""");

        Assert.Equal(ProviderErrorKind.NotFound, answer.Error!.Kind);
        Assert.Single(bench.Server.Received);
    }

    [Fact]
    public async Task A_key_that_no_header_may_carry_is_named_and_not_shown()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync();
        bench.Deployment = bench.Deployment with { ApiKey = "sk-a\r\nX-Evil: 1" };

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => bench.SendAsync("""{"model":"gpt-4o"}"""));

        Assert.Equal(ProviderErrorKind.AuthenticationFailed, e.Error.Kind);
        Assert.DoesNotContain("sk-a", e.Error.Message);
    }
}
