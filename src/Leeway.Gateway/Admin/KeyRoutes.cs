using System.Text.Json;
using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Admin;

/// <summary><c>/admin/keys</c>: make, list, show, rotate and revoke virtual keys, and set their budgets.</summary>
internal sealed class KeyRoutes(KeyRing ring, KeyIssuer issuer, KeyBody bodies, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/admin/keys", ListAsync);
        routes.MapPost("/admin/keys", CreateAsync);
        routes.MapGet("/admin/keys/{id}", (HttpContext context, string id) => WriteFoundAsync(context, id, KeyId.TryParse(id, out KeyId found) ? ring.Book.Find(found) : null));
        routes.MapPost("/admin/keys/{id}/revoke", (HttpContext context, string id) => RevokeAsync(context, id));
        routes.MapPost("/admin/keys/{id}/budget", (HttpContext context, string id) => SetBudgetAsync(context, id));
        routes.MapPost("/admin/keys/{id}/rotate", (HttpContext context, string id) => RotateAsync(context, id));
    }

    private Task ListAsync(HttpContext context)
    {
        var query = new Query(context.Request.Query, "team", "after", "limit");
        int limit = query.Limit();
        string? team = query.Text("team");
        KeyId? after = query.Id<KeyId>("after", KeyId.TryParse, "key_…");
        VirtualKey[] page = [.. ring.Book.Newest.Where(key => (team is null || key.Team == team) && (after is not { } last || key.Id.CompareTo(last) < 0)).Take(limit + 1)];
        return context.Response.WriteListAsync([.. page.Take(limit)], page.Length > limit, (json, key) => Write(json, key, null));
    }

    private async Task CreateAsync(HttpContext context)
    {
        (KeyDraft? draft, Problem? problem) = await bodies.ReadAsync(context);
        if (draft is null)
        {
            await ProblemWriter.WriteAsync(context, problem!);
            return;
        }

        (VirtualKey key, string secret) = await issuer.CreateAsync(draft, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status201Created;
        await WriteSecretAsync(context, key, secret);
    }

    private async Task RevokeAsync(HttpContext context, string id) =>
        await WriteFoundAsync(context, id, KeyId.TryParse(id, out KeyId found) ? await issuer.RevokeAsync(found, context.RequestAborted) : null);

    private async Task SetBudgetAsync(HttpContext context, string id)
    {
        (Budget? budget, Problem? problem) = await KeyBody.ReadBudgetAsync(context);
        if (problem is not null)
        {
            await ProblemWriter.WriteAsync(context, problem);
            return;
        }

        await WriteFoundAsync(context, id, KeyId.TryParse(id, out KeyId found) ? await issuer.SetBudgetAsync(found, budget, context.RequestAborted) : null);
    }

    private async Task RotateAsync(HttpContext context, string id)
    {
        if (!KeyId.TryParse(id, out KeyId found) || ring.Book.Find(found) is null)
        {
            await ProblemWriter.WriteAsync(context, NotFound.Of("key", id));
            return;
        }

        (DateTimeOffset until, Problem? problem) = await bodies.ReadOverlapAsync(context);
        if (problem is not null)
        {
            await ProblemWriter.WriteAsync(context, problem);
            return;
        }

        (VirtualKey? key, string? secret) = await issuer.RotateAsync(found, until, context.RequestAborted);
        if (secret is not null)
        {
            await WriteSecretAsync(context, key!, secret);
            return;
        }

        await ProblemWriter.WriteAsync(context, new Problem
        {
            Code = "already_ended",
            Message = $"The key {id} is {StateOf(key!)}, so it gets no new secret.",
            Field = "id",
            Value = id,
            Remedy = "Make a new key.",
        });
    }

    private Task WriteFoundAsync(HttpContext context, string id, VirtualKey? key) => key is null
        ? ProblemWriter.WriteAsync(context, NotFound.Of("key", id))
        : context.Response.WriteJsonAsync(json => Write(json, key, null));

    private Task WriteSecretAsync(HttpContext context, VirtualKey key, string secret)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteJsonAsync(json => Write(json, key, secret));
    }

    private string StateOf(VirtualKey key) => key.RevokedAt is not null ? "revoked" : key.IsActiveAt(clock.GetUtcNow()) ? "active" : "expired";

    // Never the hash: it is of no use to anybody who should see it.
    private void Write(Utf8JsonWriter json, VirtualKey key, string? secret)
    {
        json.WriteStartObject();
        json.WriteString("id", key.Id.ToString());
        json.WriteString("object", "leeway.key");
        if (secret is not null)
        {
            json.WriteString("key", secret);
        }

        json.WriteString("hint", key.Secret.Hint);
        json.WriteString("owner", key.Owner);
        json.WriteString("team", key.Team);
        json.WriteStartArray("models");
        foreach (string model in key.Models)
        {
            json.WriteStringValue(model);
        }

        json.WriteEndArray();
        json.WriteString("default", key.DefaultWait);
        json.WriteString("mail", key.DefaultMail?.ToString());
        json.WriteString("budget", key.Budget?.ToString());
        json.WriteString("state", StateOf(key));
        json.WriteInstant("created_at", key.CreatedAt);
        json.WriteInstant("expires_at", key.ExpiresAt);
        json.WriteInstant("revoked_at", key.RevokedAt);
        json.WriteInstant("last_used_at", ring.LastUseOf(key));
        json.WriteString("earlier_hint", key.Earlier?.Secret.Hint);
        json.WriteInstant("earlier_until", key.Earlier?.Until);
        json.WriteEndObject();
    }
}
