using System.Net;
using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Output;
using Leeway.Delivery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Leeway.Cli.Commands;

/// <summary>
/// A receiver on a free port of this machine, registered while it runs: checks each signature, prints one line per event and one per answer,
/// and passes the event on with its headers.
/// </summary>
internal sealed class WebhookListener(Shell shell, GatewayClient admin, Uri? target)
{
    private const int MostBytes = 1024 * 1024;
    private static readonly string[] s_headers = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly HttpClient s_forward = new() { Timeout = TimeSpan.FromSeconds(15) };

    private string _secret = "";

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        // 1. Listen. 2. Register. 3. Wait. 4. Switch the endpoint off, since nobody answers there any more.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = MostBytes;
        });
        await using WebApplication app = builder.Build();
        app.Run(ReceiveAsync);
        await app.StartAsync(cancellationToken);

        WebhookView webhook = await RegisterAsync(app.Urls.First() + "/", cancellationToken);
        _secret = webhook.Secret ?? "";
        shell.Say($"Listening as {webhook.Id}{(target is null ? "" : $", passing on to {target.GetLeftPart(UriPartial.Path)}")}. Secret: {_secret}\nSend it with a request: Leeway-Webhook: {webhook.Id}");
        try
        {
            await app.WaitForShutdownAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Being stopped is how listening ends well.
        }

        using var bound = new CancellationTokenSource(s_patience, shell.Clock);
        try
        {
            await admin.PostAsync($"admin/webhooks/{webhook.Id}/disable", null, bound.Token);
        }
        catch (Exception error) when (error is CliFailure or OperationCanceledException)
        {
            shell.Say($"{webhook.Id} could not be switched off; deliveries to it will fail.");
        }

        return ExitCode.Ok;
    }

    private async Task<WebhookView> RegisterAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            return GatewayClient.Read<WebhookView>(await WebhookCommands.RegisterAsync(admin, url, cancellationToken: cancellationToken));
        }
        catch (CliFailure refusal) when (refusal.Code.StartsWith("webhook_", StringComparison.Ordinal))
        {
            throw new CliFailure(
                refusal.ExitCode,
                refusal.Message,
                """
                Listening on this machine needs plain HTTP and the loopback network. For development, put into the gateway's leeway.yaml:
                    delivery:
                      webhooks:
                        allow_http: true
                        allow_private_networks: ["127.0.0.0/8"]
                """)
            {
                Code = refusal.Code,
            };
        }
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        byte[] body = buffer.ToArray();
        string id = context.Request.Headers["webhook-id"].ToString();
        bool genuine = WebhookSignature.Verify(
            _secret, id, context.Request.Headers["webhook-timestamp"].ToString(), context.Request.Headers["webhook-signature"].ToString(), body, shell.Clock.GetUtcNow());
        if (!genuine)
        {
            Print($"--> {id}: the signature is wrong; refused", id, null, 401);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        string type = TypeOf(body);
        int status = target is null ? StatusCodes.Status200OK : await ForwardAsync(context, body);
        Print($"--> {type} [{id}]\n<-- {status}", id, type, status);
        context.Response.StatusCode = status;
    }

    private async Task<int> ForwardAsync(HttpContext context, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        foreach (string name in s_headers)
        {
            request.Headers.TryAddWithoutValidation(name, context.Request.Headers[name].ToString());
        }

        try
        {
            using HttpResponseMessage answer = await s_forward.SendAsync(request, context.RequestAborted);
            return (int)answer.StatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            shell.Say($"{target!.GetLeftPart(UriPartial.Path)} does not answer: {error.Message}");
            return StatusCodes.Status502BadGateway;
        }
    }

    private void Print(string text, string id, string? type, int status)
    {
        lock (shell)
        {
            if (!shell.Json)
            {
                shell.Out.WriteLine(Plain.Lines(text));
            }
            else
            {
                shell.PrintJson(json =>
                {
                    json.WriteStartObject();
                    json.WriteString("id", id);
                    json.WriteString("type", type);
                    json.WriteNumber("status", status);
                    json.WriteEndObject();
                });
            }

            shell.Out.Flush();
        }
    }

    private static string TypeOf(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("type").GetString() ?? "?";
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "?";
        }
    }
}
