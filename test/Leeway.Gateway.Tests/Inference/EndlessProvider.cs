using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Leeway.Gateway.Tests.Inference;

/// <summary>A provider that begins to answer and never ends, and notices when its caller has gone.</summary>
internal sealed class EndlessProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private EndlessProvider(WebApplication app) => _app = app;

    public string Url => $"{_app.Urls.First()}/v1";

    public Task Called => _called.Task;

    public Task Left => _left.Task;

    public static async Task<EndlessProvider> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var provider = new EndlessProvider(builder.Build());
        provider._app.MapPost("/v1/chat/completions", (RequestDelegate)provider.AnswerAsync);
        await provider._app.StartAsync();
        return provider;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
        if (body.RootElement.TryGetProperty("stream", out JsonElement stream) && stream.GetBoolean())
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("""data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"And"}}]}""" + "\n\n");
            await context.Response.Body.FlushAsync();
        }

        _called.TrySetResult();
        context.RequestAborted.Register(() => _left.TrySetResult());
        await _left.Task;
    }
}
