using System.Text.Json;
using Leeway.Delivery;
using Leeway.Gateway.Ingress;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Admin;

/// <summary>Webhook endpoints and their deliveries.</summary>
internal sealed class WebhookRoutes(WebhookRegistry registry, WebhookControl control, Deliverer deliverer, IDeliveryStore store)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/admin/webhooks", async (HttpContext context) =>
            await context.Response.WriteListAsync(await registry.ListAsync(context.RequestAborted), false, (json, endpoint) => Write(json, endpoint, withSecret: false)));
        routes.MapPost("/admin/webhooks", AddAsync);
        routes.MapGet("/admin/webhooks/{id}", (HttpContext context, string id) => WithEndpoint(context, id, found => registry.FindAsync(found, context.RequestAborted)));
        routes.MapPost("/admin/webhooks/{id}/enable", (HttpContext context, string id) => WithEndpoint(context, id, found => control.EnableAsync(found, context.RequestAborted)));
        routes.MapPost("/admin/webhooks/{id}/disable", (HttpContext context, string id) => WithEndpoint(context, id, found => control.DisableAsync(found, context.RequestAborted)));
        routes.MapPost("/admin/webhooks/{id}/ping", (HttpContext context, string id) => PingAsync(context, id));
        routes.MapGet("/admin/deliveries", ListDeliveriesAsync);
        routes.MapPost("/admin/deliveries/{id}/replay", (HttpContext context, string id) => ReplayAsync(context, id));
    }

    private async Task AddAsync(HttpContext context)
    {
        (WebhookBody? body, Problem? bad) = await WebhookBody.ReadAsync(context);
        if (body is null)
        {
            await ProblemWriter.WriteAsync(context, bad!);
            return;
        }

        WebhookRegistration registration = await registry.RegisterAsync(body.Url, body.Team, body.Events, context.RequestAborted);
        if (registration.Problem is { } problem)
        {
            await ProblemWriter.WriteAsync(context, new Problem { Code = problem.Code, Field = problem.Field, Value = WebhookUrlPolicy.Show(body.Url), Message = problem.Message, Remedy = "Nothing was registered." });
            return;
        }

        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteJsonAsync(json => Write(json, registration.Endpoint!, withSecret: true));
    }

    private async Task PingAsync(HttpContext context, string id)
    {
        if (!WebhookId.TryParse(id, out WebhookId found) || await control.PingAsync(found, context.RequestAborted) is not { } attempt)
        {
            await ProblemWriter.WriteAsync(context, NotFound.Of("webhook endpoint", id));
            return;
        }

        await context.Response.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("delivered", attempt.Delivered);
            json.WriteNumber("status_code", attempt.StatusCode ?? 0);
            json.WriteString("error", attempt.Error);
            json.WriteEndObject();
        });
    }

    private async Task ListDeliveriesAsync(HttpContext context)
    {
        var query = new Query(context.Request.Query, "webhook", "target", "state", "after", "limit");
        int limit = query.Limit();
        IReadOnlyList<DeliveryRecord> page = await store.ListDeliveriesAsync(
            query.Id<WebhookId>("webhook", WebhookId.TryParse, "whk_…")?.ToString() ?? query.Text("target"),
            query.Name<DeliveryState>("state"),
            query.Id<DeliveryId>("after", DeliveryId.TryParse, "dlv_…"),
            limit + 1,
            context.RequestAborted);
        await context.Response.WriteListAsync([.. page.Take(limit)], page.Count > limit, WriteDelivery);
    }

    private async Task ReplayAsync(HttpContext context, string id)
    {
        if (!DeliveryId.TryParse(id, out DeliveryId found) || await deliverer.ReplayAsync(found, context.RequestAborted) is not { } delivery)
        {
            await ProblemWriter.WriteAsync(context, NotFound.Of("delivery", id));
            return;
        }

        await context.Response.WriteJsonAsync(json => WriteDelivery(json, delivery));
    }

    private static async Task WithEndpoint(HttpContext context, string id, Func<WebhookId, Task<WebhookEndpoint?>> act)
    {
        if (!WebhookId.TryParse(id, out WebhookId found) || await act(found) is not { } endpoint)
        {
            await ProblemWriter.WriteAsync(context, NotFound.Of("webhook endpoint", id));
            return;
        }

        await context.Response.WriteJsonAsync(json => Write(json, endpoint, withSecret: false));
    }

    private static void Write(Utf8JsonWriter json, WebhookEndpoint endpoint, bool withSecret)
    {
        json.WriteStartObject();
        json.WriteString("id", endpoint.Id.ToString());
        json.WriteString("object", "leeway.webhook");
        json.WriteString("url", WebhookUrlPolicy.Show(endpoint.Url.ToString()));
        json.WriteString("team", endpoint.Team);
        json.WriteStartArray("events");
        foreach (string name in endpoint.Events.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteInstant("created_at", endpoint.CreatedAt);
        json.WriteBoolean("enabled", endpoint.DisabledReason is null);
        json.WriteString("disabled_reason", endpoint.DisabledReason);
        json.WriteNumber("consecutive_failures", endpoint.ConsecutiveFailures);
        if (withSecret)
        {
            json.WriteString("secret", endpoint.Secret);
        }

        json.WriteEndObject();
    }

    private static void WriteDelivery(Utf8JsonWriter json, DeliveryRecord delivery)
    {
        json.WriteStartObject();
        json.WriteString("id", delivery.Id.ToString());
        json.WriteString("object", "leeway.delivery");
        json.WriteString("event", delivery.Event);
        json.WriteString("subject", delivery.Subject);
        json.WriteString("channel", Json.Name(delivery.Channel));
        json.WriteString("target", delivery.Target);
        json.WriteString("webhook", delivery.Channel == DeliveryChannel.Webhook ? delivery.Target : null);
        json.WriteString("state", Json.Name(delivery.State));
        json.WriteInstant("occurred_at", delivery.OccurredAt);
        json.WriteNumber("attempts", delivery.Attempts);
        json.WriteInstant("next_attempt_at", delivery.State is DeliveryState.Pending or DeliveryState.Retrying ? delivery.NextAttemptAt : null);
        json.WriteString("last_error", delivery.LastError);
        json.WriteEndObject();
    }
}
