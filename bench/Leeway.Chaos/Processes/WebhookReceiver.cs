using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Leeway.Delivery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Leeway.Chaos.Processes;

/// <summary>One call of a webhook.</summary>
/// <param name="At">When it came.</param>
/// <param name="Id">Its <c>webhook-id</c>.</param>
/// <param name="Event">Its type.</param>
/// <param name="Subject">The request or batch it tells of.</param>
/// <param name="Signed">Whether its signature is right.</param>
/// <param name="Taken">Whether it was answered with 2xx.</param>
internal sealed record ReceivedWebhook(DateTimeOffset At, string Id, string Event, string Subject, bool Signed, bool Taken);

/// <summary>The webhook endpoint of all clients. It keeps every call, also while it refuses them.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    public ConcurrentQueue<ReceivedWebhook> Calls { get; } = new();

    /// <summary>The secret to check signatures with.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Whether calls are refused.</summary>
    public bool IsOut { get; set; }

    public Uri Url => new(new Uri(_app.Urls.First()), "hook");

    public static async Task<WebhookReceiver> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Ports.Take()));
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        IHeaderDictionary headers = context.Request.Headers;
        string id = headers["webhook-id"].ToString();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        bool taken = !IsOut;

        // A node whose clock is wrong signs with its wrong time; that is judged by its own time.
        string timestamp = headers["webhook-timestamp"].ToString();
        DateTimeOffset said = long.TryParse(timestamp, out long seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : now;
        bool signed = WebhookSignature.Verify(Secret, id, timestamp, headers["webhook-signature"].ToString(), body.ToArray(), said);
        using JsonDocument json = JsonDocument.Parse(body.ToArray());
        Calls.Enqueue(new ReceivedWebhook(
            now, id, json.RootElement.GetProperty("type").GetString()!, json.RootElement.GetProperty("data").GetProperty("id").GetString()!, signed, taken));
        context.Response.StatusCode = taken ? StatusCodes.Status204NoContent : StatusCodes.Status503ServiceUnavailable;
    }
}
