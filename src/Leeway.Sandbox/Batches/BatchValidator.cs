using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Batches;

/// <summary>Checks an input file line by line and stops at the first bad one, as the provider does after create.</summary>
/// <param name="measures">Whether the tokens of its prompts are counted.</param>
internal sealed class BatchValidator(FileContent content, string endpoint, BatchRules rules, bool measures)
{
    private readonly AnswerContext? _measuring = measures ? rules.Answering with { Cache = null } : null;
    private readonly List<JsonLine> _lines = [];
    private readonly HashSet<string> _customIds = new(StringComparer.Ordinal);
    private SandboxModel? _model;
    private string? _modelName;
    private long _promptTokens;
    private BatchLineError? _error;

    /// <summary>The custom_ids of the lines accepted so far.</summary>
    public IReadOnlyCollection<string> CustomIds => _customIds;

    public BatchInput Run()
    {
        JsonLine.VisitAll(content, (line, bytes) =>
        {
            _error = _lines.Count == rules.MaxLines
                ? new BatchLineError("too_many_tasks", $"The batch input file has more than {rules.MaxLines} lines.", null, line.Number)
                : Check(line, bytes);
            _lines.Add(line);
            return _error is null;
        });
        _error ??= _lines.Count == 0 ? new BatchLineError("empty_file", "The input file contains no requests.", null, null) : null;
        return _error is null
            ? new BatchInput(content, _lines, _model, _modelName, _promptTokens, null)
            : BatchInput.Failed(_error with { Code = rules.CodeOf(_error.Code) });
    }

    private BatchLineError? Check(JsonLine line, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? CheckRequest(json.RootElement, line.Number)
                : new BatchLineError("invalid_json_line", "This line is not a JSON object.", null, line.Number);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new BatchLineError("invalid_json_line", "This line is not parseable as valid JSON.", null, line.Number);
        }
    }

    private BatchLineError? CheckRequest(JsonElement request, int line)
    {
        BatchLineError Bad(string code, string message, string? param) => new(code, message, param, line);

        foreach (var name in rules.LinesHaveUrl ? (ReadOnlySpan<string>)["custom_id", "method", "url"] : ["custom_id"])
        {
            if (request.StringOrNull(name) is not { Length: > 0 })
            {
                return Bad("missing_required_parameter", $"Missing required parameter: '{name}'.", name);
            }
        }

        if (!request.TryGetProperty("body", out var body) || body.ValueKind != JsonValueKind.Object)
        {
            return Bad("missing_required_parameter", "Missing required parameter: 'body'.", "body");
        }

        if (rules.LinesHaveUrl && request.StringOrNull("method") != "POST")
        {
            return Bad("invalid_method", "The method of a batch request must be POST.", "method");
        }

        if (rules.LinesHaveUrl && !rules.AcceptsUrl(request.StringOrNull("url")!, endpoint))
        {
            return Bad("invalid_url", $"The URL provided for this request does not match the batch endpoint '{endpoint}'.", "url");
        }

        if (body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True)
        {
            return Bad("streaming_unsupported", "Streaming is not supported in a batch.", "body.stream");
        }

        return CheckModel(body, line)
            ?? (_customIds.Add(request.StringOrNull("custom_id")!)
                ? null
                : Bad("duplicate_custom_id", "The custom_id of this request was used on an earlier line of the file.", "custom_id"));
    }

    private BatchLineError? CheckModel(JsonElement body, int line)
    {
        if (body.StringOrNull("model") is not { Length: > 0 } name)
        {
            return new BatchLineError("invalid_request", "The body names no model.", "body.model", line);
        }

        if (_modelName is null || !rules.HasOneModel)
        {
            _model = rules.Answering.Dialect.Find(name);
            _modelName = name;
        }

        if (name != _modelName)
        {
            return new BatchLineError("mismatched_model", $"The model '{name}' does not match the model '{_modelName}' of the first line.", "body.model", line);
        }

        if (_model is null)
        {
            return new BatchLineError("model_not_found", $"The provided model '{name}' does not exist or is not supported by the batch API.", "body.model", line);
        }

        if (rules.RefuseModel(name, line) is { } refused)
        {
            return refused;
        }

        _promptTokens += _measuring is null ? 0 : Answer.To(rules.AnsweredAt(endpoint), body, _measuring).Answer?.Usage.Input ?? 0;
        return null;
    }
}
