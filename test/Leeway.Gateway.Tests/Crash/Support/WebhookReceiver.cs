using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Leeway.Delivery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Tests.Crash.Support;

/// <summary>One call that an endpoint took, its signature checked.</summary>
internal sealed record ReceivedWebhook(string Id, string Request, string State, bool Signed);

/// <summary>A webhook endpoint that outlives the gateway's kills and keeps every call.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    public ConcurrentQueue<ReceivedWebhook> Calls { get; } = new();

    /// <summary>The secret to check signatures with.</summary>
    public string Secret { get; set; } = "";

    public Uri Url => new(new Uri(_app.Urls.First()), "hook");

    public static async Task<WebhookReceiver> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Ports.Take()));
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        IHeaderDictionary headers = context.Request.Headers;
        string id = headers["webhook-id"].ToString();
        bool signed = WebhookSignature.Verify(
            Secret, id, headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString(), body.ToArray(), TimeProvider.System.GetUtcNow());
        using JsonDocument json = JsonDocument.Parse(body.ToArray());
        JsonElement data = json.RootElement.GetProperty("data");
        Calls.Enqueue(new ReceivedWebhook(id, data.GetProperty("id").GetString()!, data.GetProperty("state").GetString()!, signed));
    }
}
