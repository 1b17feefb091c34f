using System.Globalization;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Vertex;

/// <summary>Reads a BatchPredictionJob.</summary>
internal static class VertexJobObject
{
    /// <summary>What stands before our fingerprint in the name that people see.</summary>
    public const string NamePrefix = "leeway-";

    /// <summary>The job; null when the object has no name. A state of a later day counts as in progress, which keeps the polling going.</summary>
    public static ProviderBatch? Read(JsonElement json, out string? unknownState)
    {
        unknownState = null;
        if (json.Word("name") is not { Length: > 0 } name)
        {
            return null;
        }

        ProviderBatchStatus? status = Status(json.Word("state"));
        unknownState = status is null ? json.Word("state") ?? "" : null;
        JsonElement? stats = json.Member("completionStats");
        JsonElement? error = json.Member("error");
        return new ProviderBatch
        {
            // The project and the location before it are the deployment's; the service may write the project as a number.
            Id = name[(name.LastIndexOf('/') + 1)..],
            Status = status ?? ProviderBatchStatus.InProgress,
            Fingerprint = FingerprintOf(json),
            InputFile = json.Member("inputConfig")?.Member("gcsSource")?.Items("uris").FirstOrDefault() is { ValueKind: JsonValueKind.String } uri ? uri.GetString() : null,
            OutputFile = status >= ProviderBatchStatus.Completed && json.Member("outputInfo")?.Word("gcsOutputDirectory") is { Length: > 0 } directory ? directory : null,
            Completed = stats is { } succeeded ? Count(succeeded, "successfulCount") : null,
            Failed = stats is { } failed ? Count(failed, "failedCount") : null,
            ErrorCode = error?.Text("code"),
            ErrorMessage = unknownState is null ? error?.Word("message") : $"unknown state '{unknownState}'",
        };
    }

    /// <summary>Our fingerprint; null when the job is not ours.</summary>
    public static string? FingerprintOf(JsonElement json) =>
        json.Word("displayName") is { } name && name.StartsWith(NamePrefix + BatchId.Prefix, StringComparison.Ordinal) ? name[NamePrefix.Length..] : null;

    private static ProviderBatchStatus? Status(string? state) => state switch
    {
        "JOB_STATE_QUEUED" or "JOB_STATE_PENDING" or "JOB_STATE_UNSPECIFIED" => ProviderBatchStatus.Validating,
        "JOB_STATE_RUNNING" or "JOB_STATE_UPDATING" or "JOB_STATE_PAUSED" => ProviderBatchStatus.InProgress,
        "JOB_STATE_SUCCEEDED" or "JOB_STATE_PARTIALLY_SUCCEEDED" => ProviderBatchStatus.Completed,
        "JOB_STATE_FAILED" => ProviderBatchStatus.Failed,
        "JOB_STATE_CANCELLING" => ProviderBatchStatus.Cancelling,
        "JOB_STATE_CANCELLED" => ProviderBatchStatus.Cancelled,
        "JOB_STATE_EXPIRED" => ProviderBatchStatus.Expired,
        _ => null,
    };

    /// <summary>Counts of 64 bits are strings, one of zero is absent, and -1 is unknown.</summary>
    private static int Count(JsonElement stats, string name) =>
        stats.Text(name) is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 0;
}
