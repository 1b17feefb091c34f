using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Requests.Timeline;
using Leeway.Gateway.Problems;
using Leeway.Queue;
using Leeway.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Ingress.Requests;

/// <summary><c>/leeway/requests</c>: list, show, cancel.</summary>
internal sealed class RequestRoutes(IRequestStore requests, IPlanStore plans, RequestQueue queue, QueueIndex index, IDialects dialects, Pickups pickups)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/leeway/requests", ListAsync);
        routes.MapGet("/leeway/requests/{id}", (HttpContext context, string id) => ShowAsync(context, id));
        routes.MapPost("/leeway/requests/{id}/cancel", (HttpContext context, string id) => CancelAsync(context, id));
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = new Query(context.Request.Query, "state", "run", "batch", "priority", "model", "after", "limit");
        int limit = query.Limit();
        var filter = new RequestFilter
        {
            Team = Principal.Of(context).Team,
            States = query.Names<RequestState>("state"),
            Run = query.Id<RunId>("run", RunId.TryParse, "run_…"),
            Batch = query.Id<BatchId>("batch", BatchId.TryParse, "batch_…"),
            Priority = query.Name<Priority>("priority"),
            Model = query.Text("model"),
        };
        IReadOnlyList<RequestRecord> page = await requests.ListAsync(
            filter, query.Id<RequestId>("after", RequestId.TryParse, "req_…"), limit + 1, context.RequestAborted);
        await context.Response.WriteListAsync([.. page.Take(limit)], page.Count > limit, (json, record) => RequestObject.Write(json, record, withResponse: false));
    }

    private async Task ShowAsync(HttpContext context, string id)
    {
        bool withTimeline = context.Request.Query.TryGetValue("include", out var include) && IsTimeline(include.ToString());
        if (await FindAsync(context, id) is { } record)
        {
            IReadOnlyList<TimelineEvent>? timeline = withTimeline
                ? RequestTimeline.Of(record, await plans.LoadAsync(record.Request.Id, context.RequestAborted), index.PlanOf(record.Request.Id))
                : null;
            await context.Response.WriteJsonAsync(json => RequestObject.Write(json, record, withResponse: true, timeline));
            await pickups.NoteAsync(record, PickupWay.Poll);
        }
    }

    private static bool IsTimeline(string include) =>
        include is "timeline" ? true : throw new BadQueryException("include", include, "timeline");

    private async Task CancelAsync(HttpContext context, string id)
    {
        if (await FindAsync(context, id) is not { } record)
        {
            return;
        }

        if (!await queue.CancelAsync(record.Request.Id, dialects.Cancelled(record.Request.Group.Endpoint), context.RequestAborted))
        {
            await ProblemWriter.WriteAsync(context, new Problem
            {
                Code = "already_ended",
                Message = $"{record.Request.Id} has already ended: {Json.Name(record.Request.State)}.",
                Field = "id",
                Value = id,
                Remedy = "What has ended stays as it is.",
            });
            return;
        }

        await ShowAsync(context, id);
    }

    private async Task<RequestRecord?> FindAsync(HttpContext context, string id)
    {
        RequestRecord? record = RequestId.TryParse(id, out RequestId parsed) ? await requests.FindAsync(parsed, context.RequestAborted) : null;
        if (record?.Request.Team != Principal.Of(context).Team)
        {
            record = null;
            await ProblemWriter.WriteAsync(context, NotFound.Of("request", id));
        }

        return record;
    }
}
