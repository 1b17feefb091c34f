using System.Runtime.InteropServices;
using System.Text.Json;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.GeminiFiles;
using Leeway.Sandbox.GenerateContent;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.GeminiBatches;

/// <summary>Reads a create body and every row it names: one bad row refuses the whole create.</summary>
internal sealed class GeminiBatchReader(SandboxWorld world, GeminiFileStore files, SandboxModel model, string modelName, bool embeds)
{
    private static readonly HashSet<string> s_fields = new(StringComparer.Ordinal) { "displayName", "inputConfig", "webhookConfig", "model", "priority", "name" };
    private static readonly HashSet<string> s_row = new(StringComparer.Ordinal) { "key", "request" };
    private static readonly HashSet<string> s_inlined = new(StringComparer.Ordinal) { "request", "metadata" };

    private readonly List<JsonLine> _lines = [];
    private readonly List<string> _ids = [];
    private long _tokens;
    private ApiError? _error;

    public (GeminiBatchInput? Input, ApiError? Error) Read(JsonElement body)
    {
        try
        {
            return ReadChecked(body);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return (null, ApiError.UnparsableBody);
        }
    }

    private (GeminiBatchInput? Input, ApiError? Error) ReadChecked(JsonElement body)
    {
        if (!body.HasField("batch", out var batch))
        {
            return (null, ProtoJson.Invalid("batch: the field is required.", "batch"));
        }

        if (ProtoJson.CheckNames(batch, s_fields, "batch") is { } unknown)
        {
            return (null, unknown);
        }

        if (batch.FieldText("displayName") is not { Length: > 0 } displayName)
        {
            return (null, ProtoJson.Invalid("batch.display_name: the field is required.", "batch.display_name"));
        }

        if (!batch.HasField("inputConfig", out var config))
        {
            return (null, ProtoJson.Invalid("batch.input_config: the field is required.", "batch.input_config"));
        }

        var fileName = config.FieldText("fileName");
        var content = fileName is null ? ReadInlined(config) : ReadFile(fileName);
        _error ??= _lines.Count == 0 ? ProtoJson.Invalid("The batch has no requests.", "batch.input_config") : null;
        return _error is null
            ? (new GeminiBatchInput(model, modelName, displayName, fileName, embeds, content!, _lines, _ids, _tokens), null)
            : (null, _error);
    }

    private FileContent? ReadFile(string fileName)
    {
        const string Prefix = "files/";
        if (!fileName.StartsWith(Prefix, StringComparison.Ordinal) || files.Find(fileName[Prefix.Length..]) is not { } file)
        {
            _error = new ApiError(404, $"The input file {fileName} does not exist or has expired.");
            return null;
        }

        JsonLine.VisitAll(file.Content, (line, bytes) =>
        {
            try
            {
                using var json = JsonDocument.Parse(bytes);
                _error = ProtoJson.CheckNames(json.RootElement, s_row, $"line {line.Number}") ?? CheckRow(json.RootElement, $"line {line.Number}");
                _ids.Add(_error is null ? json.RootElement.FieldText("key") ?? "" : "");
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                _error = ProtoJson.Invalid($"line {line.Number} is not a valid JSON object.", $"line {line.Number}");
            }

            _lines.Add(line);
            return _error is null;
        });
        return file.Content;
    }

    private FileContent? ReadInlined(JsonElement config)
    {
        if (!config.HasField("requests", out var outer) || !outer.HasField("requests", out var requests) || requests.ValueKind != JsonValueKind.Array)
        {
            _error = ProtoJson.Invalid("batch.input_config: give file_name, or requests.requests.", "batch.input_config");
            return null;
        }

        using var spool = world.Files.NewSpool();
        foreach (var (index, request) in requests.EnumerateArray().Index())
        {
            var path = $"batch.input_config.requests.requests[{index}]";
            _error = ProtoJson.CheckNames(request, s_inlined, path) ?? CheckRow(request, path);
            if (_error is not null)
            {
                return null;
            }

            _ids.Add(request.HasField("metadata", out var metadata) ? metadata.FieldText("key") ?? "" : "");
            var bytes = JsonMarshal.GetRawUtf8Value(request);
            _lines.Add(new JsonLine(spool.Length, bytes.Length, index + 1));
            spool.Write(bytes);
        }

        return spool.ToContent();
    }

    private ApiError? CheckRow(JsonElement row, string path)
    {
        if (!row.HasField("request", out var request) || request.ValueKind != JsonValueKind.Object)
        {
            return ProtoJson.Invalid($"{path}: request is missing.", $"{path}.request");
        }

        if (embeds)
        {
            return Named(EmbedAnswer.Check(request), path);
        }

        var (read, wrong) = GenerateRequest.Read(request, takesLabels: false);
        _tokens += read?.Prompt.Sum(piece => (long)piece.Tokens) ?? 0;
        return Named(wrong, path);
    }

    private static ApiError? Named(ApiError? error, string path) => error is null ? null : error with { Message = $"{path}: {error.Message}" };
}
