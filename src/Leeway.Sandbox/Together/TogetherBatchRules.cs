using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Together;

/// <summary>Together's jobs: lines without method and url, errors without a response, counters nowhere, 24 hours a wish.</summary>
internal sealed class TogetherBatchRules(FileStore files, AnswerContext answering) : BatchRules(files, answering)
{
    public const string Purpose = "batch-api";

    /// <summary>Until its deadline a job should be done; it is left alone for two days more.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromHours(24);

    // From here on, the pages say, support cares; that such a job then expires is assumed.
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(72);

    /// <summary>Audio is not served here.</summary>
    public override IReadOnlyList<string> Endpoints { get; } = ["/v1/chat/completions", "/v1/completions"];

    public override TimeSpan Window => s_longest;

    public override string InputPurpose => Purpose;

    public override bool LinesHaveUrl => false;

    public override bool HasOneModel => false;

    /// <summary>What becomes of rows that did not run is not known; they stand nowhere.</summary>
    public override BatchRowStyle Rows { get; } = new("br_", "batch_client_error", TellsNotExecuted: false);

    /// <summary>A bare uuid.</summary>
    public override string NewId(IdSource ids) => Guid.ParseExact((ids.Next("") + ids.Next(""))[..32], "N").ToString();

    public override void Write(Utf8JsonWriter json, SandboxBatch batch, DateTimeOffset now, bool created)
    {
        var status = StatusAt(batch, now);
        json.WriteStartObject();
        json.WriteString("id", batch.Id);
        json.WriteString("user_id", "sandbox");
        json.WriteString("input_file_id", batch.InputFileId);
        json.WriteNumber("file_size_bytes", batch.InputFile?.Content.Length ?? 0);
        json.WriteString("status", status);
        json.WriteString("job_deadline", Instants.Rfc3339(batch.CreatedAt + Deadline));
        json.WriteString("created_at", Instants.Rfc3339(batch.CreatedAt));
        json.WriteString("endpoint", batch.Endpoint);
        json.WriteNumber("progress", status == "COMPLETED" ? 100 : Math.Floor(100 * batch.Plan.DoneAt(batch.CancellingAt ?? now)));
        json.WriteString("model_id", batch.Input?.ModelName ?? "");
        WriteOptional(json, "completed_at", batch.HasEnded ? Instants.Rfc3339(batch.EndsAt) : null);
        WriteOptional(json, "output_file_id", batch.Output?.OutputFileId);
        WriteOptional(json, "error_file_id", batch.Output?.ErrorFileId);
        WriteOptional(json, "error", batch.Input?.Error?.Message);
        json.WriteEndObject();
    }

    public static string StatusAt(SandboxBatch batch, DateTimeOffset now) => batch.StatusAt(now) switch
    {
        "finalizing" => "IN_PROGRESS",
        "cancelling" => "CANCELING",
        var status => status.ToUpperInvariant(),
    };

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
