using System.Text.Json;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.CloudStorage;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.GenerateContent;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Vertex;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.VertexJobs;

/// <summary>Reads a create body. What is wrong with the files it names shows in the job, which then fails; what is wrong with a row shows in its result.</summary>
internal static class VertexJobReader
{
    private const int MaxRows = 200_000;
    private const long MaxBytes = 1L * 1024 * 1024 * 1024;

    public static (VertexJobInput? Input, ApiError? Error) Read(JsonElement body, string parent, ObjectStore objects)
    {
        if (body.FieldText("displayName") is not { Length: > 0 } displayName)
        {
            return (null, ProtoJson.Invalid("batch_prediction_job.display_name: the field is required.", "batch_prediction_job.display_name"));
        }

        if (body.FieldText("model") is not { Length: > 0 } resource || FindModel(resource) is not { } found)
        {
            return (null, new ApiError(404, $"The model '{body.FieldText("model")}' does not exist; name publishers/google/models/… or publishers/anthropic/models/…."));
        }

        if (!body.HasField("inputConfig", out var input) || input.FieldText("instancesFormat") != "jsonl"
            || !input.HasField("gcsSource", out var source) || !source.HasField("uris", out var given) || given.ValueKind != JsonValueKind.Array || given.GetArrayLength() == 0)
        {
            return (null, ProtoJson.Invalid("input_config: the sandbox takes instancesFormat jsonl with gcsSource.uris.", "batch_prediction_job.input_config"));
        }

        if (!body.HasField("outputConfig", out var output) || output.FieldText("predictionsFormat") != "jsonl"
            || !output.HasField("gcsDestination", out var destination) || destination.FieldText("outputUriPrefix") is not { } prefix || ObjectStore.ParseUri(prefix) is null)
        {
            return (null, ProtoJson.Invalid("output_config: the sandbox takes predictionsFormat jsonl with gcsDestination.outputUriPrefix, gs://bucket/….", "batch_prediction_job.output_config"));
        }

        List<string> uris = [.. given.EnumerateArray().Select(uri => uri.ValueKind == JsonValueKind.String ? uri.GetString()! : "")];
        var isClaude = found.Model.ServedBy.HasFlag(SandboxKind.Anthropic);
        var (rows, ids, error) = ReadRows(uris, objects, isClaude);
        return (new VertexJobInput(parent, displayName, resource, found.Model, found.Name, isClaude, uris, prefix, rows, ids, error), null);
    }

    /// <summary>By <c>publishers/google/models/…</c> or <c>publishers/anthropic/models/…</c>, with or without a project before it.</summary>
    private static (SandboxModel Model, string Name)? FindModel(string resource)
    {
        var parts = resource.Split('/');
        if (parts.Length < 4 || parts[^4] != "publishers" || parts[^2] != "models")
        {
            return null;
        }

        var model = parts[^3] switch
        {
            "anthropic" => RawPredictEndpoints.FindClaude(parts[^1]),
            "google" => GenerateEndpoints.FindModel(parts[^1], SandboxKind.Vertex, ModelUse.Chat, "batch prediction").Model,
            _ => null,
        };
        return model is null ? null : (model, parts[^1]);
    }

    private static (IReadOnlyList<(FileContent Content, JsonLine Line)> Rows, IReadOnlyList<string> Ids, ApiError? Error) ReadRows(
        List<string> uris, ObjectStore objects, bool isClaude)
    {
        List<(FileContent Content, JsonLine Line)> rows = [];
        List<string> ids = [];
        ApiError? error = null;
        foreach (var uri in uris)
        {
            if (objects.Find(uri) is not { } file)
            {
                return ([], [], new ApiError(404, $"The input file {uri} does not exist."));
            }

            if (file.Content.Length > MaxBytes)
            {
                return ([], [], new ApiError(400, $"The input file {uri} is larger than {MaxBytes} bytes."));
            }

            JsonLine.VisitAll(file.Content, (line, bytes) =>
            {
                try
                {
                    using var json = JsonDocument.Parse(bytes);
                    ids.Add(IdOf(json.RootElement, isClaude));
                    rows.Add((file.Content, line));
                    error = rows.Count > MaxRows ? new ApiError(400, $"The job has more than {MaxRows} rows.") : null;
                }
                catch (Exception exception) when (exception is JsonException or InvalidOperationException)
                {
                    error = new ApiError(400, $"{uri}, line {line.Number}: not a valid JSON object.");
                }

                return error is null;
            });
            if (error is not null)
            {
                return ([], [], error);
            }
        }

        return rows.Count == 0 ? ([], [], new ApiError(400, "The job has no rows.")) : (rows, ids, null);
    }

    /// <summary>What the caller tells a row by: Claude's custom_id, else the value of its only label; empty is nothing.</summary>
    private static string IdOf(JsonElement row, bool isClaude)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("A row is an object.");
        }

        if (isClaude)
        {
            return row.StringOrNull("custom_id") ?? "";
        }

        return row.HasField("request", out var request) && request.HasField("labels", out var labels) && labels.ValueKind == JsonValueKind.Object
            && labels.EnumerateObject().ToList() is [{ Value.ValueKind: JsonValueKind.String } only] ? only.Value.GetString()! : "";
    }
}
