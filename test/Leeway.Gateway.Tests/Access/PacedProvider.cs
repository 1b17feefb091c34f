using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Leeway.Gateway.Tests.Access;

/// <summary>A provider that streams the second half of its answer when it is told to.</summary>
internal sealed class PacedProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    private PacedProvider(WebApplication app) => _app = app;

    public string Url => $"{_app.Urls.First()}/v1";

    public int Calls => _calls;

    public static async Task<PacedProvider> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var provider = new PacedProvider(builder.Build());
        provider._app.MapPost("/v1/chat/completions", (RequestDelegate)provider.AnswerAsync);
        await provider._app.StartAsync();
        return provider;
    }

    public void GoOn() => _goOn.TrySetResult();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _calls);
        context.Response.ContentType = "text/event-stream";
        await SayAsync(context, "first");
        await _goOn.Task.WaitAsync(context.RequestAborted);
        await SayAsync(context, "second");
        await context.Response.WriteAsync("data: [DONE]\n\n");
    }

    private static async Task SayAsync(HttpContext context, string word)
    {
        await context.Response.WriteAsync($$$"""data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"{{{word}}}"}}]}""" + "\n\n");
        await context.Response.Body.FlushAsync();
    }
}
