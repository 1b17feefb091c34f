using System.Globalization;
using System.Text.Json;
using Leeway.Gateway.Ingress.Batches;

namespace Leeway.Gateway.Ingress.MessageBatches;

/// <summary>Anthropic's message batch object.</summary>
internal static class MessageBatchObject
{
    /// <summary>Writes it.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="origin">Where this gateway is called, e.g. <c>https://leeway.example</c>: clients fetch the results there with their key.</param>
    /// <param name="now">Tells whether the results are still kept.</param>
    public static void Write(Utf8JsonWriter json, ClientBatch batch, string origin, DateTimeOffset now)
    {
        bool ended = batch.State.IsEnded();
        bool archived = IsArchived(batch, now);
        json.WriteStartObject();
        json.WriteString("id", batch.PrintedId);
        json.WriteString("type", "message_batch");
        json.WriteString("processing_status", ended ? "ended" : batch.State == ClientBatchState.Cancelling ? "canceling" : "in_progress");

        // As at Anthropic all are processing until the batch has ended.
        json.WriteStartObject("request_counts");
        json.WriteNumber("processing", ended ? 0 : batch.Lines);
        json.WriteNumber("succeeded", batch.Counts.Succeeded);
        json.WriteNumber("errored", batch.Counts.Failed + batch.Counts.Bad);
        json.WriteNumber("canceled", batch.Counts.Cancelled);
        json.WriteNumber("expired", batch.Counts.Expired);
        json.WriteEndObject();
        WriteInstant(json, "ended_at", batch.EndedAt);
        WriteInstant(json, "created_at", batch.CreatedAt);
        WriteInstant(json, "expires_at", batch.Terms.ExpiresAt);
        WriteInstant(json, "archived_at", archived ? batch.CreatedAt + ResultFiles.MessageLifetime : null);
        WriteInstant(json, "cancel_initiated_at", batch.CancellingAt);
        json.WriteString("results_url", ended && !archived ? $"{origin}/v1/messages/batches/{batch.PrintedId}/results" : null);
        json.WriteEndObject();
    }

    /// <summary>The answer to a deletion.</summary>
    public static void WriteDeleted(Utf8JsonWriter json, ClientBatch batch)
    {
        json.WriteStartObject();
        json.WriteString("id", batch.PrintedId);
        json.WriteString("type", "message_batch_deleted");
        json.WriteEndObject();
    }

    /// <summary>Whether its results are no longer kept.</summary>
    public static bool IsArchived(ClientBatch batch, DateTimeOffset now) => batch.State.IsEnded() && now >= batch.CreatedAt + ResultFiles.MessageLifetime;

    private static void WriteInstant(Utf8JsonWriter json, string name, DateTimeOffset? at)
    {
        if (at is { } instant)
        {
            json.WriteString(name, instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
