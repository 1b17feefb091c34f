using System.Text.Json;
using Leeway.Gateway.Access;
using Leeway.Gateway.Ingress.Requests;
using Leeway.Gateway.Problems;
using Leeway.Queue;
using Leeway.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Ingress.Runs;

/// <summary><c>/leeway/runs/{id}</c>: a client's file of requests, taken in line by line, watched and read back together.</summary>
internal sealed class RunRoutes(IRequestStore requests, RequestQueue queue, QueueIndex index, RunIntake intake, IDialects dialects, Pickups pickups)
{
    private const int ResultPage = 200;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/leeway/runs/{run}/requests", (HttpContext context, string run) => WithOwnRun(context, run, intake.HandleAsync, begins: true));
        routes.MapGet("/leeway/runs/{run}", (HttpContext context, string run) => WithOwnRun(context, run, ShowAsync));
        routes.MapPost("/leeway/runs/{run}/seal", (HttpContext context, string run) => WithOwnRun(context, run, SealAsync));
        routes.MapPost("/leeway/runs/{run}/cancel", (HttpContext context, string run) => WithOwnRun(context, run, CancelAsync));
        routes.MapGet("/leeway/runs/{run}/results", (HttpContext context, string run) => WithRun(context, run, ResultsAsync));
    }

    private Task WithOwnRun(HttpContext context, string text, Func<HttpContext, RunId, Task> handle, bool begins = false) => WithRun(context, text, async (context, run) =>
    {
        if (await IsOwnAsync(context, run, begins))
        {
            await handle(context, run);
        }
    });

    private static Task WithRun(HttpContext context, string text, Func<HttpContext, RunId, Task> handle) => RunId.TryParse(text, out RunId run)
        ? handle(context, run)
        : ProblemWriter.WriteAsync(context, new Problem
        {
            Code = "invalid_parameter",
            Message = $"A run's id is run_ and 32 lower-case hexadecimal digits, made by the client; got '{Short.Of(text)}'.",
            Field = "run",
            Value = Short.Of(text),
            Remedy = "Nothing was queued.",
        });

    // A run begins with its first line, and belongs to the team that sent it.
    private async Task<bool> IsOwnAsync(HttpContext context, RunId run, bool begins)
    {
        string? team = await requests.FindRunTeamAsync(run, context.RequestAborted);
        bool own = team is null ? begins : team == Principal.Of(context).Team;
        if (!own)
        {
            await ProblemWriter.WriteAsync(context, NotFound.Of("run", run.ToString()));
        }

        return own;
    }

    private async Task ShowAsync(HttpContext context, RunId run)
    {
        RunSummary summary = await requests.SummariseRunAsync(Principal.Of(context).Team, run, context.RequestAborted);
        await context.Response.WriteJsonAsync(json => Write(json, summary));
    }

    private Task SealAsync(HttpContext context, RunId run)
    {
        int count = index.SealRun(run);
        return context.Response.WriteJsonAsync(json => WriteCount(json, "sealed", count));
    }

    private async Task CancelAsync(HttpContext context, RunId run)
    {
        int count = 0;
        RequestId? after = null;
        var filter = new RequestFilter { Team = Principal.Of(context).Team, Run = run, States = [RequestState.Queued, RequestState.Sealed, RequestState.Submitted, RequestState.Running] };
        while (await requests.ListAsync(filter, after, ResultPage, context.RequestAborted) is { Count: > 0 } page)
        {
            foreach (RequestRecord record in page)
            {
                count += await queue.CancelAsync(record.Request.Id, dialects.Cancelled(record.Request.Group.Endpoint), context.RequestAborted) ? 1 : 0;
            }

            after = page[^1].Request.Id;
        }

        await context.Response.WriteJsonAsync(json => WriteCount(json, "cancelled", count));
    }

    private async Task ResultsAsync(HttpContext context, RunId run)
    {
        var query = new Query(context.Request.Query, "after", "limit");
        int left = query.Limit(Query.MaxLimit);
        RequestId? after = query.Id<RequestId>("after", RequestId.TryParse, "req_…");
        if (!await IsOwnAsync(context, run, begins: false))
        {
            return;
        }

        var filter = new RequestFilter
        {
            Team = Principal.Of(context).Team,
            Run = run,
            WithResults = true,
            States = [RequestState.Succeeded, RequestState.Failed, RequestState.Expired, RequestState.Cancelled],
        };
        context.Response.ContentType = "application/x-ndjson";
        while (left > 0 && await requests.ListAsync(filter, after, Math.Min(left, ResultPage), context.RequestAborted) is { Count: > 0 } page)
        {
            foreach (RequestRecord record in page)
            {
                await context.Response.Body.WriteAsync(Json.Write(json => WriteResult(json, record)), context.RequestAborted);
                await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
            }

            await pickups.NoteAsync([.. page.Select(record => record.Request.Id)], PickupWay.File);
            left -= page.Count;
            after = page[^1].Request.Id;
        }
    }

    private static void WriteResult(Utf8JsonWriter json, RequestRecord record)
    {
        json.WriteStartObject();
        json.WriteString("id", record.Request.Id.ToString());
        json.WriteString("custom_id", record.CustomId);
        json.WriteString("state", Json.Name(record.Request.State));
        RequestObject.WriteResult(json, record, withResponse: true);
        RequestObject.WriteReceipt(json, record);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RunSummary summary)
    {
        json.WriteStartObject();
        json.WriteString("id", summary.Run.ToString());
        json.WriteString("object", "leeway.run");
        json.WriteStartObject("requests");
        json.WriteNumber("total", summary.States.Values.Sum());
        foreach (RequestState state in Enum.GetValues<RequestState>())
        {
            json.WriteNumber(Json.Name(state), summary.States.GetValueOrDefault(state));
        }

        json.WriteEndObject();
        json.WriteMoney("cost_usd", summary.Cost);
        json.WriteMoney("list_cost_usd", summary.ListCost);
        json.WriteMoney("saved_usd", summary.ListCost - summary.Cost);
        json.WriteNumber("unpriced", summary.Unpriced);
        json.WriteEndObject();
    }

    private static void WriteCount(Utf8JsonWriter json, string name, int count)
    {
        json.WriteStartObject();
        json.WriteNumber(name, count);
        json.WriteEndObject();
    }
}
