using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Gemini;

/// <summary>Reads the long-running operation that a batch is.</summary>
internal static class GeminiBatchObject
{
    /// <summary>What stands before our fingerprint in the name that people see.</summary>
    public const string NamePrefix = "leeway-";

    /// <summary>The batch; null when the object has no name. A state of a later day counts as in progress, which keeps the polling going.</summary>
    public static ProviderBatch? Read(JsonElement json, out string? unknownState)
    {
        unknownState = null;
        if (json.Word("name") is not { Length: > 0 } name)
        {
            return null;
        }

        JsonElement metadata = json.Member("metadata") ?? default;
        JsonElement? error = json.Member("error");
        bool done = json.Member("done") is { ValueKind: JsonValueKind.True };
        ProviderBatchStatus? status = Status(metadata.Word("state"));
        if (done && status is null or < ProviderBatchStatus.Completed)
        {
            // The operation says that it ended, and nobody how.
            status = error is null ? ProviderBatchStatus.Completed : ProviderBatchStatus.Failed;
        }

        if (status is null)
        {
            unknownState = metadata.Word("state") ?? "";
            status = ProviderBatchStatus.InProgress;
        }

        JsonElement? stats = metadata.Member("batchStats");
        return new ProviderBatch
        {
            Id = name,
            Status = status.Value,
            Fingerprint = FingerprintOf(json),
            InputFile = metadata.Member("inputConfig")?.Word("fileName"),
            OutputFile = OutputOf(json) is null ? null : name,
            Requests = stats is { } total ? Count(total, "requestCount") : null,
            Completed = stats is { } succeeded ? Count(succeeded, "successfulRequestCount") : null,
            Failed = stats is { } failed ? Count(failed, "failedRequestCount") : null,
            ErrorCode = error?.Text("code"),
            ErrorMessage = unknownState is null ? error?.Word("message") : $"unknown state '{unknownState}'",
        };
    }

    /// <summary>Our fingerprint; null when the batch is not ours.</summary>
    public static string? FingerprintOf(JsonElement json) =>
        json.Member("metadata")?.Word("displayName") is { } name && name.StartsWith(NamePrefix + BatchId.Prefix, StringComparison.Ordinal) ? name[NamePrefix.Length..] : null;

    /// <summary>Where the results are: a file's name, or the results themselves. Null while there are none.</summary>
    public static JsonElement? OutputOf(JsonElement json)
    {
        foreach (JsonElement? place in (ReadOnlySpan<JsonElement?>)[json.Member("response"), json.Member("metadata")?.Member("output")])
        {
            if (place is { } output && (output.Word("responsesFile") is { Length: > 0 } || output.Member("inlinedResponses") is not null))
            {
                return output;
            }
        }

        return null;
    }

    /// <summary>Results that stand in the batch itself, each on a line of its own.</summary>
    public static byte[] InlineRows(JsonElement output)
    {
        var lines = new ArrayBufferWriter<byte>();
        foreach (JsonElement row in output.Member("inlinedResponses") is { } outer ? outer.Items("inlinedResponses") : [])
        {
            ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(row);
            Span<byte> line = lines.GetSpan(raw.Length + 1);
            raw.CopyTo(line);

            // The answer may be indented.
            line[..raw.Length].Replace((byte)'\n', (byte)' ');
            line[raw.Length] = (byte)'\n';
            lines.Advance(raw.Length + 1);
        }

        return lines.WrittenSpan.ToArray();
    }

    private static ProviderBatchStatus? Status(string? state) => state?[(state.IndexOf("STATE_", StringComparison.Ordinal) is >= 0 and var at ? at + "STATE_".Length : 0)..] switch
    {
        "PENDING" or "UNSPECIFIED" => ProviderBatchStatus.Validating,
        "RUNNING" => ProviderBatchStatus.InProgress,
        "SUCCEEDED" => ProviderBatchStatus.Completed,
        "FAILED" => ProviderBatchStatus.Failed,
        "CANCELLED" => ProviderBatchStatus.Cancelled,
        "EXPIRED" => ProviderBatchStatus.Expired,
        _ => null,
    };

    /// <summary>Counts of 64 bits are strings, and one of zero is absent.</summary>
    private static int Count(JsonElement stats, string name) =>
        stats.Text(name) is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 0;
}
