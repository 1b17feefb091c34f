using System.Text.Json;

namespace Leeway.Adapters.Wire.Batches;

/// <summary>Reads the provider's batch object into our vocabulary.</summary>
internal static class BatchObject
{
    /// <summary>The metadata member that holds our fingerprint.</summary>
    public const string FingerprintKey = "leeway_fingerprint";

    /// <summary>
    /// The batch; null when the object has no id or no status. A status of a later day counts as in progress, which keeps the polling
    /// going, and stands in the message.
    /// </summary>
    /// <param name="json">The object.</param>
    /// <param name="failedRanNothing">Whether files of a failed job are not worth reading.</param>
    /// <param name="unknownStatus">A status that has no word here.</param>
    public static ProviderBatch? Read(JsonElement json, bool failedRanNothing, out string? unknownStatus)
    {
        unknownStatus = null;
        if (json.Text("id") is not { Length: > 0 } id || json.Text("status") is not { } status)
        {
            return null;
        }

        ProviderBatchStatus? known = Status(status);
        unknownStatus = known is null ? status : null;
        JsonElement? counts = json.Member("request_counts");
        bool hasFiles = !failedRanNothing || known != ProviderBatchStatus.Failed;
        JsonElement? error = json.Member("errors") is { } errors ? errors.Items("data").Cast<JsonElement?>().FirstOrDefault() : null;
        return new ProviderBatch
        {
            Id = id,
            Status = known ?? ProviderBatchStatus.InProgress,
            Fingerprint = json.Member("metadata")?.Text(FingerprintKey),
            InputFile = json.Text("input_file_id"),
            OutputFile = hasFiles ? NotEmpty(json.Text("output_file_id")) : null,
            ErrorFile = hasFiles ? NotEmpty(json.Text("error_file_id")) : null,
            Completed = counts?.Count("completed"),
            Failed = counts?.Count("failed"),
            ErrorCode = error?.Text("code"),
            Progress = json.Count("progress") is { } percent and <= 100 ? percent : null,

            // One vendor has a list of errors, another a sentence.
            ErrorMessage = unknownStatus is not null ? $"unknown status '{unknownStatus}'" : error is { } first ? Describe(first) : json.Word("error"),
        };
    }

    private static ProviderBatchStatus? Status(string status) => status.ToLowerInvariant() switch
    {
        "validating" => ProviderBatchStatus.Validating,
        "in_progress" => ProviderBatchStatus.InProgress,
        "finalizing" => ProviderBatchStatus.Finalizing,
        "completed" => ProviderBatchStatus.Completed,
        "failed" => ProviderBatchStatus.Failed,
        "expired" => ProviderBatchStatus.Expired,
        "cancelling" or "canceling" => ProviderBatchStatus.Cancelling,
        "cancelled" or "canceled" => ProviderBatchStatus.Cancelled,
        _ => null,
    };

    private static string? Describe(JsonElement error)
    {
        string? message = error.Text("message");
        return error.Text("line") is { } line ? $"{message} (line {line})" : message;
    }

    private static string? NotEmpty(string? id) => string.IsNullOrEmpty(id) ? null : id;
}
