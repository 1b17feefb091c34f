using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Leeway.Gateway.Tests.Webhooks;

/// <summary>A webhook endpoint on loopback that keeps what it got and answers what it is told to.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Message> _messages = new();

    private Receiver(WebApplication app) => _app = app;

    public int Status { get; set; } = StatusCodes.Status204NoContent;

    public IReadOnlyList<Message> Messages => [.. _messages];

    public Uri Url => new(new Uri(_app.Urls.First()), "/hook");

    public static async Task<Receiver> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var receiver = new Receiver(builder.Build());
        receiver._app.MapPost("/hook", (RequestDelegate)receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _messages.Enqueue(new Message(context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()), body.ToArray()));
        context.Response.StatusCode = Status;
    }

    internal sealed record Message(IReadOnlyDictionary<string, string> Headers, byte[] Body);
}
