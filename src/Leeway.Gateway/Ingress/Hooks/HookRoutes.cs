using System.Text.Json;
using Leeway.Batching;
using Leeway.Delivery;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Ingress.Hooks;

/// <summary>
/// <c>POST /leeway/hooks/{provider}</c>: a vendor says that a batch has ended. A hint and no more: what it says of the batch is not
/// believed, the batch is polled at once, and polling goes on without it. Callers need no key; they sign (Standard Webhooks).
/// <list type="number">
/// <item>Only providers with a secret have a hook.</item>
/// <item>The signature is checked over the raw bytes, before anything is parsed.</item>
/// <item>An id that was taken before is answered and does nothing.</item>
/// <item>An open batch of this provider with the id it names is polled.</item>
/// </list>
/// </summary>
internal sealed partial class HookRoutes(IConfigSource config, BatchTable batches, TimeProvider clock, ILogger<HookRoutes> logger)
{
    /// <summary>Where hooks are; the gate lets their callers pass.</summary>
    public const string Root = "/leeway/hooks/";

    // Vendors keep theirs below 20 kB.
    private const int LongestBody = 64 * 1024;

    private readonly SeenHooks _seen = new();

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(Root + "{provider}", (HttpContext context, string provider) => TakeAsync(context, provider));

    private async Task TakeAsync(HttpContext context, string name)
    {
        // 1.
        if (!config.Current.Providers.TryGetValue(name, out ProviderConfig? provider) || provider.WebhookSecret is null)
        {
            await ProblemWriter.WriteAsync(context, NotFound.Path(Root + name));
            return;
        }

        if (await ReadAsync(context) is not { } body)
        {
            await ProblemWriter.WriteAsync(context, new Problem { Code = "body_too_large", Message = $"A webhook has at most {LongestBody} bytes.", Remedy = "Nothing was done." });
            return;
        }

        // 2.
        IHeaderDictionary headers = context.Request.Headers;
        if (headers["webhook-id"] is not [{ Length: > 0 } id]
            || headers["webhook-timestamp"] is not [{ } timestamp]
            || headers["webhook-signature"] is not [{ } signature]
            || !IsSigned(provider, id, timestamp, signature, body))
        {
            LogRefused(logger, name);
            await ProblemWriter.WriteAsync(context, new Problem
            {
                Code = "invalid_webhook_signature",
                Message = "The call is not signed with this provider's webhook secret, or its timestamp is not within five minutes of now.",
                Remedy = "Nothing was done. The vendor's secret belongs in providers.*.webhook_secret.",
            });
            return;
        }

        // 3. and 4.
        if (_seen.TryAdd(name, id) && BatchOf(body) is { } batch)
        {
            int polled = batches.PollNow(open => open.ProviderBatch is { } known && IsSame(known, batch) && IsOf(open.Group.Deployment, name));
            LogTaken(logger, name, polled);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task<byte[]?> ReadAsync(HttpContext context)
    {
        byte[] buffer = new byte[LongestBody + 1];
        int length = 0, read;
        while (length < buffer.Length && (read = await context.Request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted)) > 0)
        {
            length += read;
        }

        return length > LongestBody ? null : buffer[..length];
    }

    private bool IsSigned(ProviderConfig provider, string id, string timestamp, string signature, byte[] body)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return new[] { provider.WebhookSecret, provider.OldWebhookSecret }.Any(secret =>
            secret is not null && WebhookSignature.Verify(WebhookSignature.InStandardForm(secret.Reveal()), id, timestamp, signature, body, now));
    }

    /// <summary>The batch that an event names; null when it is about something else.</summary>
    private static string? BatchOf(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String && type.GetString()!.StartsWith("batch.", StringComparison.Ordinal)
                && root.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.Object
                && data.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String
                && id.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Vendors name a batch with or without the collection it is in, e.g. <c>batches/abc</c>.</summary>
    private static bool IsSame(string known, string told) =>
        known == told || known.EndsWith("/" + told, StringComparison.Ordinal) || told.EndsWith("/" + known, StringComparison.Ordinal);

    private static bool IsOf(string deployment, string provider) => deployment.StartsWith(provider + "/", StringComparison.Ordinal);

    [LoggerMessage(EventId = 4501, Level = LogLevel.Information, Message = "A webhook of provider {Provider} names a batch; open ones polled: {Batches}")]
    private static partial void LogTaken(ILogger logger, string provider, int batches);

    [LoggerMessage(EventId = 4502, Level = LogLevel.Debug, Message = "A webhook for provider {Provider} is not signed as it should be")]
    private static partial void LogRefused(ILogger logger, string provider);
}
