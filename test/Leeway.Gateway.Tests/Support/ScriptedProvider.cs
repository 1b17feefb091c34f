using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Tests.Support;

/// <summary>One call as the provider received it.</summary>
internal sealed record ProviderCallSeen(string Line, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>A provider that answers as the test says, byte for byte, and keeps what it was sent.</summary>
internal sealed class ScriptedProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Func<HttpContext, string, Task> _answer;

    private ScriptedProvider(WebApplication app, Func<HttpContext, string, Task> answer) => (_app, _answer) = (app, answer);

    public ConcurrentQueue<ProviderCallSeen> Seen { get; } = new();

    public string Url => _app.Urls.First() + "/v1";

    /// <summary>Configuration of a gateway whose only provider this is, without a batch API: what may wait is answered as soon as there is a slot.</summary>
    public string Yaml(string more = "", string kind = "openai-compatible") => $$"""
        providers: { openai: { kind: {{kind}}, api_key: "sk-test", batch: { enabled: false }, base_url: "{{(kind == "anthropic" ? Url[..^3] : Url)}}", timeouts: { idle: 300ms }{{(kind == "openai-compatible" ? ", responses: true" : "")}}{{more}} } }
        models: { gpt-4o-mini: { deployments: [ { provider: openai } ] } }
        """;

    public static Task<ScriptedProvider> StartAsync(string body) => StartAsync((context, _) => SendAsync(context, body));

    public static async Task<ScriptedProvider> StartAsync(Func<HttpContext, string, Task> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static options => options.Listen(IPAddress.Loopback, 0));
        var provider = new ScriptedProvider(builder.Build(), answer);
        provider._app.Run(provider.HandleAsync);
        await provider._app.StartAsync();
        return provider;
    }

    /// <summary>Answers with a whole body, or with a stream when it looks like one.</summary>
    public static async Task SendAsync(HttpContext context, string body, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = body.StartsWith('{') ? "application/json" : "text/event-stream";
        await context.Response.WriteAsync(body);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        string body = await reader.ReadToEndAsync();
        Seen.Enqueue(new ProviderCallSeen(
            $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}",
            body,
            context.Request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        await _answer(context, body);
    }
}
