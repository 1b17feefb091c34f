using System.Text.Json;
using Leeway.Delivery;
using Leeway.Delivery.Mail;
using Leeway.Gateway.Ingress;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Admin;

/// <summary><c>/admin/mail</c>: the address book. Only the operator writes into it; clients name what is in it. Deliveries are listed and replayed as webhooks' are.</summary>
internal sealed class MailRoutes(MailRegistry registry, IConfigSource config)
{
    private const string DigestRemedy = "Send {\"digest\":true} or {\"digest\":false}. Nothing was changed.";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/admin/mail", async (HttpContext context) => await context.Response.WriteListAsync(await registry.ListAsync(context.RequestAborted), false, Write));
        routes.MapPost("/admin/mail", AddAsync);
        routes.MapGet("/admin/mail/{id}", (HttpContext context, string id) => WithEndpoint(context, id, found => registry.FindAsync(found, context.RequestAborted)));
        routes.MapPost("/admin/mail/{id}/enable", (HttpContext context, string id) => WithEndpoint(context, id, found => registry.EnableAsync(found, context.RequestAborted)));
        routes.MapPost("/admin/mail/{id}/disable", (HttpContext context, string id) => WithEndpoint(context, id, found => registry.DisableAsync(found, context.RequestAborted)));
        routes.MapPost("/admin/mail/{id}/digest", SetDigestAsync);
        routes.MapPost("/admin/mail/{id}/test", TestAsync);
    }

    private async Task AddAsync(HttpContext context)
    {
        (MailBody? body, Problem? problem) = await MailBody.ReadAsync(context);
        if (body is not null && config.Current.Delivery.Mail.Host is null)
        {
            problem = NamedMail.NotConfigured("Nothing was registered.");
        }

        MailEndpoint? endpoint = problem is null ? await registry.RegisterAsync(body!.Address, body.Team, body.Digest, context.RequestAborted) : null;
        if (endpoint is null)
        {
            await ProblemWriter.WriteAsync(context, problem ?? new Problem
            {
                Code = "mail_address_known",
                Field = "address",
                Value = Short.Of(body!.Address),
                Message = $"address '{Short.Of(body.Address)}' is registered for team {body.Team} already.",
                Remedy = "`leeway mail list` shows its id. Nothing was changed.",
            });
            return;
        }

        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteJsonAsync(json => Write(json, endpoint));
    }

    private async Task SetDigestAsync(HttpContext context, string id)
    {
        (JsonElement root, Problem? problem) = await AdminBody.ReadAsync(context, DigestRemedy, mayBeMissing: false, "digest");
        bool digest = problem is null && MailBody.Flag(root, "digest", DigestRemedy, out problem);
        if (problem is not null)
        {
            await ProblemWriter.WriteAsync(context, problem);
            return;
        }

        await WithEndpoint(context, id, found => registry.SetDigestAsync(found, digest, context.RequestAborted));
    }

    private async Task TestAsync(HttpContext context, string id)
    {
        if (!MailId.TryParse(id, out MailId found) || await registry.TestAsync(found, context.RequestAborted) is not { } attempt)
        {
            await ProblemWriter.WriteAsync(context, NotFound.Of("mail address", id));
            return;
        }

        await context.Response.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("delivered", attempt.Delivered);
            json.WriteNumber("reply", attempt.StatusCode ?? 0);
            json.WriteString("error", attempt.Error);
            json.WriteEndObject();
        });
    }

    private static async Task WithEndpoint(HttpContext context, string id, Func<MailId, Task<MailEndpoint?>> act)
    {
        if (!MailId.TryParse(id, out MailId found) || await act(found) is not { } endpoint)
        {
            await ProblemWriter.WriteAsync(context, NotFound.Of("mail address", id));
            return;
        }

        await context.Response.WriteJsonAsync(json => Write(json, endpoint));
    }

    private static void Write(Utf8JsonWriter json, MailEndpoint endpoint)
    {
        json.WriteStartObject();
        json.WriteString("id", endpoint.Id.ToString());
        json.WriteString("object", "leeway.mail");
        json.WriteString("address", endpoint.Address);
        json.WriteString("team", endpoint.Team);
        json.WriteBoolean("digest", endpoint.Digest);
        json.WriteInstant("digested_until", endpoint.Digest ? endpoint.DigestedUntil : null);
        json.WriteInstant("created_at", endpoint.CreatedAt);
        json.WriteBoolean("enabled", endpoint.DisabledReason is null);
        json.WriteString("disabled_reason", endpoint.DisabledReason);
        json.WriteNumber("consecutive_failures", endpoint.ConsecutiveFailures);
        json.WriteEndObject();
    }
}
