using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;
using Leeway.Queue;
using Leeway.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Ingress.Responses;

/// <summary><c>/v1/responses/{id}</c>: show, stream on, cancel, delete, input items.</summary>
internal sealed class ResponseRoutes(StoredResponses stored, ProviderResponses elsewhere, ResponseSeal seal, IResponseStore responses, RequestQueue queue, HeldConnection held, Pickups pickups, IDialects dialects, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/responses/{id}", (HttpContext context, string id) => ShowAsync(context, id));
        routes.MapDelete("/v1/responses/{id}", (HttpContext context, string id) => DeleteAsync(context, id));
        routes.MapPost("/v1/responses/{id}/cancel", (HttpContext context, string id) => CancelAsync(context, id));
        routes.MapGet("/v1/responses/{id}/input_items", (HttpContext context, string id) => ListInputAsync(context, id));
    }

    private async Task ShowAsync(HttpContext context, string id)
    {
        // What include and include_obfuscation ask for is as the provider answered: nothing is added, nothing left out.
        var query = new Query(context.Request.Query, "stream", "starting_after", "include", "include[]", "include_obfuscation");
        bool stream = query.Flag("stream");
        int after = query.Number("starting_after", 0, int.MaxValue) ?? -1;
        if (await FindAsync(context, id, StoredAction.Show, stream ? "stream" : null) is not { } response)
        {
            return;
        }

        if (stream)
        {
            await held.StreamAsync(context, response.Id, new ResponseStream(stored, response.Id, after));
            return;
        }

        await context.Response.WriteJsonAsync(response.Write());
        await pickups.NoteAsync(response.Record, PickupWay.Poll);
    }

    private async Task CancelAsync(HttpContext context, string id)
    {
        if (await FindAsync(context, id, StoredAction.Show, "cancel") is not { } response)
        {
            return;
        }

        // Cancelling what has ended is no error: the client gets the end.
        await queue.CancelAsync(response.Id, dialects.Cancelled(Endpoints.Responses), context.RequestAborted);
        await stored.WriteAsync(context, response.Id);
    }

    private async Task DeleteAsync(HttpContext context, string id)
    {
        if (await FindAsync(context, id, StoredAction.Delete) is not { } response)
        {
            return;
        }

        if (!response.Record.Request.State.IsEnded())
        {
            await queue.CancelAsync(response.Id, dialects.Cancelled(Endpoints.Responses), context.RequestAborted);
        }

        await responses.DeleteAsync(response.Id, clock.GetUtcNow(), context.RequestAborted);
        await context.Response.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("object", "response");
            json.WriteBoolean("deleted", true);
            json.WriteEndObject();
        });
    }

    private async Task ListInputAsync(HttpContext context, string id)
    {
        var query = new Query(context.Request.Query, "limit", "order", "after", "include", "include[]");
        int limit = query.Limit(max: 100);
        bool ascending = query.OneOf("order", "desc", "asc") == "asc";
        string? after = query.Text("after");
        if (await FindAsync(context, id, StoredAction.ListInput) is not { } response)
        {
            return;
        }

        IEnumerable<(string Id, byte[] Json)> items = InputItems.Of(response.Id, response.Body);
        items = ascending ? items : items.Reverse();
        if (after is not null)
        {
            items = items.SkipWhile(item => item.Id != after).Skip(1);
        }

        List<(string Id, byte[] Json)> page = [.. items.Take(limit + 1)];
        bool more = page.Count > limit;
        page = [.. page.Take(limit)];
        await context.Response.WriteListAsync(
            page,
            more,
            (json, item) => json.WriteRawValue(item.Json, skipInputValidation: true),
            json =>
            {
                json.WriteString("first_id", page is [var first, ..] ? first.Id : null);
                json.WriteString("last_id", page is [.., var last] ? last.Id : null);
            });
    }

    // A response of ours; null when the call has been answered already, be it by the provider that keeps the response.
    private async Task<StoredResponse?> FindAsync(HttpContext context, string id, StoredAction action, string? backgroundOnly = null)
    {
        string team = Principal.Of(context).Team;
        if (ResponseId.TryParse(id, out RequestId request) && await stored.FindAsync(request, context.RequestAborted) is { } response && response.Record.Request.Team == team)
        {
            return response;
        }

        if (backgroundOnly is not null && await seal.OpenAsync(team, id, context.RequestAborted) is not null)
        {
            await ProblemWriter.WriteAsync(context, new Problem
            {
                Code = "response_not_background",
                Message = $"The response '{Short.Of(id)}' was answered while its caller waited; only a response in the background knows {backgroundOnly}.",
                Field = "id",
                Value = Short.Of(id),
                Remedy = "Create it with background: true.",
            });
        }
        else if (!await elsewhere.TryAnswerAsync(context, team, id, action, context.Request.QueryString))
        {
            await ProblemWriter.WriteAsync(context, NotFound.Of("response", id));
        }

        return null;
    }
}
