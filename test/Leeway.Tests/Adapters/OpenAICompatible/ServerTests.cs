using System.IO.Pipelines;
using System.Text;
using Leeway.RealTime;

namespace Leeway.Tests.Adapters.OpenAICompatible;

/// <summary>What single servers send, through the adapter and the relay of streams.</summary>
public sealed class ServerTests
{
    private const string Streamed = """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, long, long> Streams => new()
    {
        {
            "vLLM, usage asked for",
            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}],\"prompt_token_ids\":null}\n\n" +
            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"so\"},\"finish_reason\":null}]}\n\n" +
            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"logprobs\":null,\"finish_reason\":\"stop\",\"stop_reason\":null}]}\n\n" +
            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":12,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n",
            9, 3
        },
        {
            "vLLM, continuous_usage_stats",
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":10,\"completion_tokens\":1}}\n\n" +
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":11,\"completion_tokens\":2}}\n\n" +
            "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":12,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n",
            9, 3
        },
        {
            "llama.cpp",
            "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null}}],\"created\":1,\"id\":\"chatcmpl-2\",\"model\":\"m\",\"system_fingerprint\":\"b1\",\"object\":\"chat.completion.chunk\"}\n\n" +
            "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":\"Hello\"}}],\"created\":1,\"id\":\"chatcmpl-2\",\"model\":\"m\",\"object\":\"chat.completion.chunk\"}\n\n" +
            "data: {\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}],\"created\":1,\"id\":\"chatcmpl-2\",\"model\":\"m\",\"object\":\"chat.completion.chunk\"}\n\n" +
            "data: {\"choices\":[],\"created\":1,\"id\":\"chatcmpl-2\",\"model\":\"m\",\"object\":\"chat.completion.chunk\",\"usage\":{\"completion_tokens\":3,\"prompt_tokens\":9,\"total_tokens\":12},\"timings\":{\"prompt_n\":9,\"predicted_ms\":1.5}}\n\ndata: [DONE]\n\n",
            9, 3
        },
        {
            "Ollama",
            "data: {\"id\":\"chatcmpl-3\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"system_fingerprint\":\"fp_ollama\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hello\"},\"finish_reason\":null}]}\n\n" +
            "data: {\"id\":\"chatcmpl-3\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"system_fingerprint\":\"fp_ollama\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":\"stop\"}]}\n\n" +
            "data: {\"id\":\"chatcmpl-3\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"system_fingerprint\":\"fp_ollama\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12}}\n\ndata: [DONE]\n\n",
            9, 3
        },
        {
            "SGLang, spaces and no end marker",
            "data: {\"id\": \"s\", \"choices\": [{\"index\": 0, \"delta\": {\"content\": \"Hello\"}, \"finish_reason\": \"stop\", \"matched_stop\": 7}]}\n\n" +
            "data: {\"id\": \"s\", \"choices\": [], \"usage\": {\"prompt_tokens\": 9, \"total_tokens\": 12, \"completion_tokens\": 3, \"prompt_tokens_details\": null}}\n\n",
            9, 3
        },
        {
            "Groq, usage of its own beside",
            "data: {\"id\":\"chatcmpl-4\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":null}],\"x_groq\":{\"id\":\"req_1\"}}\n\n" +
            "data: {\"id\":\"chatcmpl-4\",\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"x_groq\":{\"id\":\"req_1\",\"usage\":{\"queue_time\":0.01,\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12,\"total_time\":0.1}}}\n\n" +
            "data: {\"id\":\"chatcmpl-4\",\"choices\":[],\"usage\":{\"queue_time\":0.01,\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12}}\n\ndata: [DONE]\n\n",
            9, 3
        },
        {
            "Mistral, usage with the last delta",
            "data: {\"id\":\"m\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hello\"},\"finish_reason\":null}]}\n\n" +
            "data: {\"id\":\"m\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":12,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n",
            9, 3
        },
        {
            "OpenRouter, comments and CR LF",
            ": OPENROUTER PROCESSING\r\n\r\ndata: {\"id\":\"g\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\",\"native_finish_reason\":\"STOP\"}]}\r\n\r\n" +
            "data: {\"id\":\"g\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3,\"total_tokens\":12,\"cost\":0.01}}\r\n\r\ndata: [DONE]\r\n\r\n",
            9, 3
        },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_stream_is_relayed_with_its_usage_and_without_the_event_that_was_asked_for_by_us(string server, string stream, long input, long output)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync("openai-compatible");
        bench.Server.Then(200, stream, "text/event-stream; charset=utf-8");

        (string text, StreamEnd end) = await RelayAsync(bench, await bench.SendAsync(Streamed));

        Assert.True(end.Error is null, $"{server}: {end.Error?.Message}");
        Assert.Equal((input, output), (end.Usage!.Value.Tokens.Input, end.Usage.Value.Tokens.Output));
        Assert.Contains("Hello", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"choices\":[]", text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("\"include_usage\":true", bench.Server.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_strict_server_is_not_asked_for_usage_in_any_dialect()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync("openai-compatible");
        bench.Deployment = bench.Deployment with { AsksStreamUsage = false };
        bench.Server.Then(200, "data: [DONE]\n\n", "text/event-stream").Then(200, "data: [DONE]\n\n", "text/event-stream").Then(200, "data: [DONE]\n\n", "text/event-stream");

        using ProviderAnswer chat = await bench.SendAsync(Streamed);
        using ProviderAnswer message = await bench.SendAsync("""{"model":"m","stream":true,"max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""", Endpoints.Messages);
        using ProviderAnswer response = await bench.SendAsync("""{"model":"m","stream":true,"store":false,"input":"hi"}""", Endpoints.Responses);

        Assert.False(chat.UsageEventIsOurs);
        Assert.All(bench.Server.Received, static request => Assert.DoesNotContain("stream_options", request.Text, StringComparison.Ordinal));
        Assert.Equal(3, bench.Server.Received.Count);
    }

    [Fact]
    public async Task Members_that_no_dialect_knows_pass_untouched()
    {
        const string body = """{"model":"gpt-4o","messages":[],"chat_template_kwargs":{"enable_thinking":false},"guided_json":{"type":"object"},"priority":-1,"min_p":0.05,"keep_alive":"10m","cache_prompt":true}""";
        await using AdapterBench bench = await AdapterBench.StartAsync("openai-compatible");
        bench.Server.Then(200, "{}");

        using ProviderAnswer answer = await bench.SendAsync(body);

        Assert.Equal(body, bench.Server.Single().Text);
    }

    [Theory]
    [InlineData("vLLM", 400, """{"error":{"message":"max_tokens is too large","type":"BadRequestError","param":"max_tokens","code":400}}""", ProviderErrorKind.InvalidRequest, "max_tokens is too large")]
    [InlineData("vLLM before", 404, """{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}""", ProviderErrorKind.NotFound, "The model `x` does not exist.")]
    [InlineData("SGLang", 400, """{"object":"error","message":"The input is longer than the context","type":"BadRequestError","param":null,"code":400}""", ProviderErrorKind.InvalidRequest, "The input is longer than the context")]
    [InlineData("llama.cpp", 503, """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""", ProviderErrorKind.Overloaded, "Loading model")]
    [InlineData("Ollama", 404, """{"error":{"message":"model 'x' not found","type":"api_error","param":null,"code":null}}""", ProviderErrorKind.NotFound, "model 'x' not found")]
    [InlineData("Ollama's own", 404, """{"error":"model 'x' not found"}""", ProviderErrorKind.NotFound, "model 'x' not found")]
    [InlineData("Groq", 429, """{"error":{"message":"Rate limit reached","type":"tokens","code":"rate_limit_exceeded"}}""", ProviderErrorKind.RateLimited, "Rate limit reached")]
    [InlineData("Groq, too long", 413, """{"error":{"message":"Request too large","type":"tokens","code":"rate_limit_exceeded"}}""", ProviderErrorKind.InvalidRequest, "Request too large")]
    [InlineData("Mistral", 422, """{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error","param":null,"code":null}""", ProviderErrorKind.InvalidRequest, "stream_options: Extra inputs are not permitted")]
    [InlineData("FastAPI", 422, """{"detail":[{"type":"missing","loc":["body","messages"],"msg":"Field required","input":{}}]}""", ProviderErrorKind.InvalidRequest, "messages: Field required")]
    [InlineData("FastAPI, no path", 404, """{"detail":"Not Found"}""", ProviderErrorKind.NotFound, "Not Found")]
    [InlineData("nginx", 404, "<html><center><h1>404 Not Found</h1></center></html>", ProviderErrorKind.NotFound, "Deployment 'openai-compatible/gpt-4o' answered 404.")]
    public async Task An_error_of_each_server_is_understood(string server, int status, string body, ProviderErrorKind kind, string message)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync("openai-compatible");
        bench.Server.Then(status, body);

        using ProviderAnswer answer = await bench.SendAsync("""{"model":"m","messages":[]}""");

        Assert.True((kind, message) == (answer.Error!.Kind, answer.Error.Message), $"{server}: {answer.Error.Kind}, {answer.Error.Message}");
    }

    private static async Task<(string Text, StreamEnd End)> RelayAsync(AdapterBench bench, ProviderAnswer answer)
    {
        using (answer)
        {
            Assert.Null(answer.Error);
            var output = new MemoryStream();
            PipeWriter writer = PipeWriter.Create(output);
            using PhaseDeadline deadline = new PhaseDeadline.Pool(bench.Clock).Begin(new PhaseTimeouts(), Token);
            StreamEnd end = await SseRelay.RunAsync(answer, Endpoints.Chat, bench.Provider, bench.Deployment, writer, deadline);
            await writer.CompleteAsync();
            return (Encoding.UTF8.GetString(output.ToArray()), end);
        }
    }
}
