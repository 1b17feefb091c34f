using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Leeway.Tests.Sandbox;

/// <summary>Somebody's endpoint for events: answers each with the next status it was told, 200 after those.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly Channel<WebhookCall> _calls;

    private WebhookReceiver(WebApplication app, Channel<WebhookCall> calls)
    {
        _app = app;
        _calls = calls;
        Url = new Uri(app.Urls.First() + "/hook");
    }

    public Uri Url { get; }

    public static async Task<WebhookReceiver> StartAsync(params int[] statuses)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var calls = Channel.CreateUnbounded<WebhookCall>();
        var answers = new Queue<int>(statuses);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            lock (answers)
            {
                context.Response.StatusCode = answers.TryDequeue(out var status) ? status : 200;
            }

            await calls.Writer.WriteAsync(new WebhookCall(headers, body));
        });
        await app.StartAsync();
        return new WebhookReceiver(app, calls);
    }

    public async Task<WebhookCall> NextAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        return await _calls.Reader.ReadAsync(patience.Token);
    }

    public bool IsEmpty => !_calls.Reader.TryPeek(out _);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

internal sealed record WebhookCall(IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Id => Headers["webhook-id"];
}
