using System.Text.Json;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.MessageBatches;

/// <summary>A batch in Anthropic's shape. Until it has ended every request counts as processing.</summary>
internal static class MessageBatchObject
{
    /// <param name="root">Scheme and authority the caller used.</param>
    public static void Write(Utf8JsonWriter json, MessageBatch batch, string root, DateTimeOffset now)
    {
        var archivedAt = batch.CreatedAt + MessageBatch.Retention;
        var isArchived = now >= archivedAt;
        json.WriteStartObject();
        json.WriteString("id", batch.Id);
        json.WriteString("type", "message_batch");
        json.WriteString("processing_status", batch.Status);
        WriteCounts(json, batch);
        Instant(json, "created_at", batch.CreatedAt);
        Instant(json, "expires_at", batch.CreatedAt + TurnaroundLaw.Window);
        Instant(json, "ended_at", batch.Output is null ? null : batch.EndsAt);
        Instant(json, "cancel_initiated_at", batch.CancelingAt);
        Instant(json, "archived_at", isArchived ? archivedAt : null);
        json.WriteString("results_url", batch.Output is null || isArchived ? null : $"{root}/v1/messages/batches/{batch.Id}/results");
        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, MessageBatch batch)
    {
        var counts = batch.Output?.Counts;
        json.WriteStartObject("request_counts");
        json.WriteNumber("processing", counts is null ? batch.Input.Lines.Count : 0);
        json.WriteNumber("succeeded", counts?.Succeeded ?? 0);
        json.WriteNumber("errored", counts?.Errored ?? 0);
        json.WriteNumber("canceled", counts?.Canceled ?? 0);
        json.WriteNumber("expired", counts?.Expired ?? 0);
        json.WriteEndObject();
    }

    private static void Instant(Utf8JsonWriter json, string name, DateTimeOffset? at) =>
        json.WriteString(name, at is { } instant ? Instants.Rfc3339(instant) : null);
}
