using System.Text.Json;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Batches;

/// <summary>A batch in OpenAI's shape, at an instant.</summary>
internal static class BatchObject
{
    public static void Write(Utf8JsonWriter json, SandboxBatch batch, DateTimeOffset now, BatchStyle style)
    {
        var status = batch.StatusAt(now);
        json.WriteStartObject();
        json.WriteString("id", batch.Id);
        json.WriteString("object", "batch");
        json.WriteString("endpoint", batch.Endpoint);
        json.WriteString("model", batch.Input?.ModelName);
        WriteErrors(json, batch.Input?.Error);
        json.WriteString("input_file_id", batch.InputFileId);
        json.WriteString("completion_window", "24h");
        json.WriteString("status", style.Status ?? status);
        json.WriteString("output_file_id", batch.Output?.OutputFileId);
        json.WriteString("error_file_id", batch.Output?.ErrorFileId);
        WriteInstants(json, batch, status, style.InstantsAsText);
        WriteCounts(json, batch, now, style.CountsAtEnd);
        WriteUsage(json, batch.Output?.Usage);
        json.WriteStartObject("metadata");
        foreach (var (key, value) in batch.Metadata)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteErrors(Utf8JsonWriter json, BatchLineError? error)
    {
        if (error is null)
        {
            json.WriteNull("errors");
            return;
        }

        json.WriteStartObject("errors");
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        json.WriteStartObject();
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        json.WriteString("param", error.Param);
        json.WriteNumberOrNull("line", error.Line);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteInstants(Utf8JsonWriter json, SandboxBatch batch, string status, bool asText)
    {
        void Instant(string name, DateTimeOffset? at, bool reached)
        {
            if (asText)
            {
                json.WriteString(name, reached && at is { } instant ? Instants.Rfc3339(instant) : null);
            }
            else
            {
                json.WriteNumberOrNull(name, reached ? at?.ToUnixTimeSeconds() : null);
            }
        }

        var ended = batch.EndsAt;
        var stopped = batch.CancellingAt ?? ended;
        Instant("created_at", batch.CreatedAt, true);
        Instant("in_progress_at", batch.Plan.InProgressAt, batch.Input is { Error: null } && batch.Plan.InProgressAt <= stopped);
        Instant("expires_at", batch.CreatedAt + TurnaroundLaw.Window, true);
        Instant("finalizing_at", batch.Plan.FinalizingAt, status is "finalizing" or "completed");
        Instant("completed_at", ended, status == "completed");
        Instant("failed_at", ended, status == "failed");
        Instant("expired_at", ended, status == "expired");
        Instant("cancelling_at", batch.CancellingAt, true);
        Instant("cancelled_at", ended, status == "cancelled");
    }

    /// <summary>Until the end the share done is counted as completed; rows never executed are in neither count.</summary>
    private static void WriteCounts(Utf8JsonWriter json, SandboxBatch batch, DateTimeOffset now, bool atEnd)
    {
        if (atEnd && !batch.HasEnded)
        {
            json.WriteStartObject("request_counts");
            json.WriteNull("total");
            json.WriteNull("completed");
            json.WriteNull("failed");
            json.WriteEndObject();
            return;
        }

        var total = batch.Input?.Lines.Count ?? 0;
        json.WriteStartObject("request_counts");
        json.WriteNumber("total", total);
        json.WriteNumber("completed", batch.Output?.Completed ?? (int)(total * batch.Plan.DoneAt(batch.CancellingAt ?? now)));
        json.WriteNumber("failed", batch.Output?.Failed ?? 0);
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, TokenUsage? usage)
    {
        if (usage is not { } sum)
        {
            json.WriteNull("usage");
            return;
        }

        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", sum.Input);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("cached_tokens", sum.Cached);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", sum.Output);
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("reasoning_tokens", 0);
        json.WriteEndObject();
        json.WriteNumber("total_tokens", sum.Input + sum.Output);
        json.WriteEndObject();
    }
}
