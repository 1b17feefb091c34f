using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Leeway.Sandbox.Ledger;

/// <summary><c>GET /sandbox/ledger</c>: everything; <c>?custom_ids=false</c> the totals and batches; <c>?custom_id=</c> or <c>?digest=</c> one entry.</summary>
internal static class LedgerEndpoints
{
    private const int FlushBytes = 256 * 1024;

    public static void MapLedger(this IEndpointRouteBuilder routes, SandboxWorld world) =>
        routes.MapGet("/sandbox/ledger", (RequestDelegate)(async context =>
        {
            var query = context.Request.Query;
            var one = query.ContainsKey("custom_id") || query.ContainsKey("digest");
            var snapshot = await world.ReadLedgerAsync(!one && query["custom_ids"] != "false", context.RequestAborted);
            context.Response.ContentType = "application/json";
            await using var json = new Utf8JsonWriter(context.Response.Body, HttpJson.WriterOptions);
            json.WriteStartObject();
            if (one)
            {
                WriteOne(json, world.Ledger, query["custom_id"], query["digest"]);
            }
            else
            {
                WriteTotals(json, snapshot);
                if (snapshot.CustomIds.Count + snapshot.Prompts.Count > 0)
                {
                    await WriteEntriesAsync(json, snapshot);
                }
            }

            json.WriteEndObject();
            await json.FlushAsync(context.RequestAborted);
        }));

    private static void WriteOne(Utf8JsonWriter json, SandboxLedger ledger, string? customId, string? digest)
    {
        if (customId is not null)
        {
            json.WritePropertyName(customId);
            WriteCustomId(json, ledger.FindCustomId(customId) ?? default);
        }

        if (digest is not null)
        {
            json.WritePropertyName(digest);
            WritePrompt(json, ledger.FindPrompt(digest) ?? default);
        }
    }

    private static void WriteTotals(Utf8JsonWriter json, SandboxLedgerSnapshot snapshot)
    {
        json.WriteNumber("requests", snapshot.Requests);
        json.WriteString("billed_usd", Usd(snapshot.BilledUsd));
        WriteLane(json, "realtime", snapshot.RealTime);
        WriteLane(json, "flex", snapshot.Flex);
        WriteLane(json, "priority", snapshot.Priority);
        WriteLane(json, "batch", snapshot.Batch);
        json.WriteNumber("custom_ids_seen", snapshot.CustomIdsSeen);
        json.WriteNumber("custom_ids_billed_twice", snapshot.CustomIdsBilledTwice);
        json.WriteNumber("prompts_billed", snapshot.PromptsBilled);
        json.WriteNumber("prompts_billed_twice", snapshot.PromptsBilledTwice);
        json.WriteStartObject("calls");
        foreach (var (route, count) in snapshot.Calls.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            json.WriteNumber(route, count);
        }

        json.WriteEndObject();
        json.WriteStartArray("batches");
        foreach (var batch in snapshot.Batches)
        {
            json.WriteStartObject();
            json.WriteString("id", batch.Id);
            json.WriteString("status", batch.Status);
            json.WriteString("model", batch.Model);
            json.WriteString("input_file_id", batch.InputFileId);
            json.WriteNumber("created_at", batch.CreatedAt.ToUnixTimeSeconds());
            json.WriteNumber("total", batch.Total);
            json.WriteNumber("completed", batch.Completed);
            json.WriteNumber("failed", batch.Failed);
            json.WriteNumber("billed", batch.Billed);
            json.WriteString("cost_usd", Usd(batch.CostUsd));
            json.WriteStartObject("metadata");
            foreach (var (key, value) in batch.Metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static async Task WriteEntriesAsync(Utf8JsonWriter json, SandboxLedgerSnapshot snapshot)
    {
        json.WriteStartObject("custom_ids");
        foreach (var (customId, row) in snapshot.CustomIds)
        {
            json.WritePropertyName(customId);
            WriteCustomId(json, row);
            if (json.BytesPending > FlushBytes)
            {
                await json.FlushAsync();
            }
        }

        json.WriteEndObject();
        json.WriteStartObject("prompts");
        foreach (var (digest, prompt) in snapshot.Prompts)
        {
            json.WritePropertyName(digest);
            WritePrompt(json, prompt);
            if (json.BytesPending > FlushBytes)
            {
                await json.FlushAsync();
            }
        }

        json.WriteEndObject();
    }

    private static void WriteLane(Utf8JsonWriter json, string name, LaneBill bill)
    {
        json.WriteStartObject(name);
        json.WriteNumber("billed", bill.Billed);
        json.WriteNumber("input_tokens", bill.InputTokens);
        json.WriteNumber("cached_tokens", bill.CachedTokens);
        json.WriteNumber("cache_write_tokens", bill.CacheWriteTokens);
        json.WriteNumber("output_tokens", bill.OutputTokens);
        json.WriteString("cost_usd", Usd(bill.CostUsd));
        json.WriteEndObject();
    }

    private static void WriteCustomId(Utf8JsonWriter json, CustomIdBill row)
    {
        json.WriteStartObject();
        json.WriteNumber("seen", row.Seen);
        json.WriteNumber("billed", row.Billed);
        json.WriteString("lane", "batch");
        json.WriteString("cost_usd", Usd(row.CostUsd));
        json.WriteEndObject();
    }

    private static void WritePrompt(Utf8JsonWriter json, PromptBill prompt)
    {
        json.WriteStartObject();
        json.WriteNumber("realtime_billed", prompt.RealTimeBilled);
        json.WriteNumber("batch_billed", prompt.BatchBilled);
        json.WriteEndObject();
    }

    /// <summary>Every digit, no trailing zeros.</summary>
    private static string Usd(decimal amount) => (amount / 1.000000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
}
