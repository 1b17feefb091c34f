using System.Text.Json;

namespace Leeway.Gateway.Ingress.Batches;

/// <summary>OpenAI's batch object.</summary>
internal static class BatchObject
{
    public static void Write(Utf8JsonWriter json, BatchView view)
    {
        ClientBatch batch = view.Batch;
        json.WriteStartObject();
        json.WriteString("id", batch.PrintedId);
        json.WriteString("object", "batch");
        json.WriteString("endpoint", batch.Endpoint);
        json.WriteString("model", batch.Model);
        WriteErrors(json, view);
        json.WriteString("input_file_id", batch.InputFile.ToString());
        json.WriteString("completion_window", batch.Terms.Window);
        json.WriteString("status", StatusOf(batch.State));

        // Files that hold nothing do not exist. While the batch runs its files can be read too, as far as they go.
        json.WriteString("output_file_id", view.Counts.Succeeded > 0 ? batch.OutputFile.ToString() : null);
        json.WriteString("error_file_id", view.Counts.InErrorFile > 0 ? batch.ErrorFile.ToString() : null);
        WriteSeconds(json, "created_at", batch.CreatedAt);
        WriteSeconds(json, "in_progress_at", batch.InProgressAt);
        WriteSeconds(json, "expires_at", batch.Terms.ExpiresAt);
        WriteSeconds(json, "finalizing_at", batch.FinalizingAt);
        WriteSeconds(json, "completed_at", EndedAs(batch, ClientBatchState.Completed));
        WriteSeconds(json, "failed_at", EndedAs(batch, ClientBatchState.Failed));
        WriteSeconds(json, "expired_at", EndedAs(batch, ClientBatchState.Expired));
        WriteSeconds(json, "cancelling_at", batch.CancellingAt);
        WriteSeconds(json, "cancelled_at", EndedAs(batch, ClientBatchState.Cancelled));
        json.WriteStartObject("request_counts");
        json.WriteNumber("total", view.Counts.Total);
        json.WriteNumber("completed", view.Counts.Succeeded);
        json.WriteNumber("failed", view.Counts.InErrorFile);
        json.WriteEndObject();
        WriteUsage(json, batch);
        json.WritePropertyName("metadata");
        json.WriteRawValue(batch.MetadataJson ?? "null", skipInputValidation: true);
        json.WriteEndObject();
    }

    private static void WriteErrors(Utf8JsonWriter json, BatchView view)
    {
        if (view.Batch.State != ClientBatchState.Failed)
        {
            json.WriteNull("errors");
            return;
        }

        json.WriteStartObject("errors");
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (LineProblem problem in view.Problems)
        {
            json.WriteStartObject();
            json.WriteString("code", problem.Code);
            json.WriteString("message", $"{problem.Message} {problem.Remedy}".TrimEnd());
            json.WriteString("param", problem.Param);
            WriteNumber(json, "line", problem.Line);
            WriteNumber(json, "column", problem.Column);
            json.WriteString("custom_id", problem.CustomId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, ClientBatch batch)
    {
        if (!batch.State.IsEnded())
        {
            json.WriteNull("usage");
            return;
        }

        TokenUsage usage = batch.Usage;
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", usage.Input);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("cached_tokens", usage.CachedInput);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", usage.Output);
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("reasoning_tokens", usage.Reasoning);
        json.WriteEndObject();
        json.WriteNumber("total_tokens", usage.Input + usage.Output);
        json.WriteEndObject();
    }

    private static string StatusOf(ClientBatchState state) => state switch
    {
        ClientBatchState.Validating => "validating",
        ClientBatchState.InProgress => "in_progress",
        ClientBatchState.Finalizing => "finalizing",
        ClientBatchState.Cancelling => "cancelling",
        ClientBatchState.Completed => "completed",
        ClientBatchState.Failed => "failed",
        ClientBatchState.Expired => "expired",
        _ => "cancelled",
    };

    private static DateTimeOffset? EndedAs(ClientBatch batch, ClientBatchState state) => batch.State == state ? batch.EndedAt : null;

    private static void WriteSeconds(Utf8JsonWriter json, string name, DateTimeOffset? at) => WriteNumber(json, name, at?.ToUnixTimeSeconds());

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
