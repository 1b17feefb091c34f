using System.Buffers;
using System.Text.Json;
using Leeway.Execution;
using Leeway.Gateway.Ingress;
using Leeway.Gateway.Ingress.Requests;
using Leeway.Gateway.Problems;
using Leeway.Ledger;
using Leeway.Queue;
using Leeway.RealTime;
using Leeway.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Gateway.Admin;

/// <summary>What the operator sees of queue, batches and money.</summary>
internal sealed class AdminRoutes(
    QueueIndex index, ResultWaiters waiters, DeferredRunner runner, IBatchStore batches, IRequestStore requests, ILedgerStore ledger, ColdStarts coldStarts, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/admin/queue", QueueAsync);
        routes.MapPost("/admin/seal", SealAsync);
        routes.MapGet("/admin/batches", ListBatchesAsync);
        routes.MapGet("/admin/batches/{id}", (HttpContext context, string id) => ShowBatchAsync(context, id));
        routes.MapGet("/admin/batches/{id}/errors", (HttpContext context, string id) => BatchErrorsAsync(context, id));
        routes.MapGet("/admin/cost", CostAsync);
        routes.MapGet("/admin/cold-starts", ColdStartsAsync);
        routes.MapGet("/admin/entries", EntriesAsync);
        routes.MapGet("/admin/entries.jsonl", ExportAsync);
    }

    private Task QueueAsync(HttpContext context) => context.Response.WriteListAsync(
        index.Depths(),
        hasMore: false,
        static (json, depth) =>
        {
            json.WriteStartObject();
            json.WriteString("deployment", depth.Group.Deployment);
            json.WriteString("endpoint", depth.Group.Endpoint);
            json.WriteString("model", depth.Group.Model);
            json.WriteString("priority", Json.Name(depth.Priority));
            json.WriteString("state", Json.Name(depth.State));
            json.WriteString("lane", Json.Name(depth.Lane));
            json.WriteNumber("requests", depth.Requests);
            json.WriteInstant("earliest_deadline", depth.EarliestDeadline);
            json.WriteInstant("next_seal", depth.State == RequestState.Queued && depth.NextSeal < DateTimeOffset.MaxValue ? depth.NextSeal : null);
            json.WriteEndObject();
        },
        json =>
        {
            json.WriteNumber("open", index.Count);
            json.WriteBoolean("loading", index.IsLoading);
            json.WriteNumber("held_connections", waiters.Count);
            json.WriteNumber("active_realtime_deferred", runner.Active);
        });

    private Task ColdStartsAsync(HttpContext context) => context.Response.WriteListAsync(
        coldStarts.Views,
        hasMore: false,
        static (json, view) =>
        {
            json.WriteStartObject();
            json.WriteString("deployment", view.Deployment);
            json.WriteNumber("calls_after_idle", view.AfterIdle);
            WriteSeconds(json, "first_byte_after_idle_s", view.ColdFirstByte);
            json.WriteNumber("calls_awake", view.Awake);
            WriteSeconds(json, "first_byte_awake_s", view.WarmFirstByte);
            WriteSeconds(json, "cold_start_s", view.ColdStart);
            json.WriteInstant("answered_at", view.AnsweredAt);
            json.WriteEndObject();
        });

    private static void WriteSeconds(Utf8JsonWriter json, string name, TimeSpan? time)
    {
        if (time is { } known)
        {
            json.WriteNumber(name, Math.Round(known.TotalSeconds, 3));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private Task SealAsync(HttpContext context)
    {
        int count = index.SealAll();
        return context.Response.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("sealed", count);
            json.WriteEndObject();
        });
    }

    private async Task ListBatchesAsync(HttpContext context)
    {
        var query = new Query(context.Request.Query, "after", "limit");
        int limit = query.Limit();
        IReadOnlyList<BatchRecord> page = await batches.ListAsync(query.Id<BatchId>("after", BatchId.TryParse, "batch_…"), limit + 1, context.RequestAborted);
        await context.Response.WriteListAsync([.. page.Take(limit)], page.Count > limit, WriteBatch);
    }

    private async Task ShowBatchAsync(HttpContext context, string id)
    {
        if (await FindBatchAsync(context, id) is { } batch)
        {
            await context.Response.WriteJsonAsync(json => WriteBatch(json, batch));
        }
    }

    private async Task BatchErrorsAsync(HttpContext context, string id)
    {
        if (await FindBatchAsync(context, id) is not { } batch)
        {
            return;
        }

        var query = new Query(context.Request.Query, "after", "limit");
        int limit = query.Limit(100);
        var filter = new RequestFilter { Batch = batch.Id, States = [RequestState.Failed, RequestState.Expired], WithResults = true };
        IReadOnlyList<RequestRecord> page = await requests.ListAsync(
            filter, query.Id<RequestId>("after", RequestId.TryParse, "req_…"), limit + 1, context.RequestAborted);
        await context.Response.WriteListAsync([.. page.Take(limit)], page.Count > limit, static (json, record) =>
        {
            json.WriteStartObject();
            json.WriteString("id", record.Request.Id.ToString());
            json.WriteString("custom_id", record.CustomId);
            json.WriteString("outcome", record.Attempts is [.., { } last] ? last.Outcome : null);
            json.WriteNumber("status_code", record.Result?.StatusCode ?? 0);
            json.WriteString("code", record.Result?.ErrorCode);
            json.WriteString("message", record.Result is { } result ? ErrorMessage.Of(result.Body) : null);
            json.WriteEndObject();
        });
    }

    private async Task CostAsync(HttpContext context)
    {
        var query = new Query(context.Request.Query, "by", "since", "until");
        DateTimeOffset since = query.Instant("since") ?? DateTimeOffset.UnixEpoch;
        DateTimeOffset? until = query.Instant("until");
        if (until <= since)
        {
            throw new BadQueryException("until", query.Text("until")!, "later than since");
        }

        IReadOnlyList<CostRow> rows = await ledger.SumAsync(
            query.Name<CostDimension>("by") ?? CostDimension.Total,
            since,
            until ?? clock.GetUtcNow().AddMinutes(1),
            context.RequestAborted);
        await context.Response.WriteListAsync(rows, hasMore: false, static (json, row) =>
        {
            json.WriteStartObject();
            json.WriteString("name", row.Name);
            json.WriteNumber("requests", row.Requests);
            json.WriteNumber("entries", row.Entries);
            json.WriteNumber("input_tokens", row.Usage.Input);
            json.WriteNumber("cached_tokens", row.Usage.CachedInput);
            json.WriteNumber("output_tokens", row.Usage.Output);
            json.WriteMoney("cost_usd", row.Cost);
            json.WriteMoney("list_cost_usd", row.ListCost);
            json.WriteMoney("saved_usd", row.Saved);
            json.WriteNumber("unpriced", row.Unpriced);
            json.WriteNumber("duplicates", row.Duplicates);
            json.WriteEndObject();
        });
    }

    private async Task EntriesAsync(HttpContext context)
    {
        var query = new Query(context.Request.Query, "since", "until", "limit");
        int limit = query.Limit();
        IReadOnlyList<LedgerEntry> entries = await ledger.ListAsync(
            query.Instant("since") ?? DateTimeOffset.UnixEpoch, query.Instant("until") ?? clock.GetUtcNow().AddMinutes(1), limit + 1, context.RequestAborted);
        await context.Response.WriteListAsync([.. entries.Take(limit)], entries.Count > limit, EntryObject.WriteAlone);
    }

    /// <summary>Every entry between two instants, one JSON object a line, newest first; as long as the ledger is.</summary>
    private async Task ExportAsync(HttpContext context)
    {
        var query = new Query(context.Request.Query, "since", "until");
        DateTimeOffset since = query.Instant("since") ?? DateTimeOffset.UnixEpoch, until = query.Instant("until") ?? clock.GetUtcNow().AddMinutes(1);
        context.Response.ContentType = "application/x-ndjson";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        await foreach (IReadOnlyList<LedgerEntry> page in LedgerPages.ReadAsync(ledger, since, until, context.RequestAborted))
        {
            foreach (LedgerEntry entry in page)
            {
                EntryObject.WriteAlone(json, entry);
                await json.FlushAsync(context.RequestAborted);
                json.Reset();
                context.Response.BodyWriter.Write("\n"u8);
            }

            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }

    private async Task<BatchRecord?> FindBatchAsync(HttpContext context, string id)
    {
        BatchRecord? batch = BatchId.TryParse(id, out BatchId parsed) ? await batches.FindAsync(parsed, context.RequestAborted) : null;
        if (batch is null)
        {
            await ProblemWriter.WriteAsync(context, NotFound.Of("batch", id));
        }

        return batch;
    }

    private static void WriteCount(Utf8JsonWriter json, string name, int? count)
    {
        if (count is { } told)
        {
            json.WriteNumber(name, told);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteBatch(Utf8JsonWriter json, BatchRecord batch)
    {
        json.WriteStartObject();
        json.WriteString("id", batch.Id.ToString());
        json.WriteString("object", "leeway.batch");
        json.WriteString("state", Json.Name(batch.State));
        json.WriteString("provider_status", batch.ProviderStatus is { } status ? Json.Name(status) : null);
        json.WriteString("deployment", batch.Group.Deployment);
        json.WriteString("endpoint", batch.Group.Endpoint);
        json.WriteString("model", batch.Group.Model);
        json.WriteString("priority", Json.Name(batch.Priority));
        json.WriteString("seal_reason", batch.SealReason);
        json.WriteString("seal_note", batch.SealNote);
        json.WriteInstant("sealed_at", batch.SealedAt);
        json.WriteInstant("submitted_at", batch.SubmittedAt);
        json.WriteInstant("collected_at", batch.CollectedAt);
        json.WriteInstant("earliest_deadline", batch.EarliestDeadline);
        json.WriteNumber("requests", batch.Requests);
        WriteCount(json, "completed", batch.Completed);
        WriteCount(json, "failed", batch.Failed);
        json.WriteNumber("estimated_input_tokens", batch.EstimatedInputTokens);
        json.WriteString("provider_batch", batch.ProviderBatch);
        json.WriteNumber("create_attempt", batch.CreateAttempt);
        json.WriteString("note", batch.Note);
        json.WriteEndObject();
    }
}
