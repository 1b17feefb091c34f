using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Azure;

/// <summary>
/// Azure's batches: on batch deployments only, never expired, always with an error file, their counts null and their first status capitalised. Both URL forms
/// show the same batches; the older one with 201, instants as text and a list named <c>value</c>.
/// </summary>
internal sealed class AzureBatchRules(
    SandboxWorld world, FileRules files, AnswerContext answering, AzureDeployments deployments, bool isLegacy) : BatchRules(files.Store, answering)
{
    private const long DefaultTokenLimit = 200_000_000;

    public override IReadOnlyList<string> Endpoints { get; } = ["/chat/completions", "/v1/chat/completions", "/responses", "/v1/responses"];

    public override int MaxLines => 100_000;

    public override TimeSpan Window => BatchPlan.Never;

    public override bool AlwaysHasErrorFile => true;

    public override int CreatedStatus => isLegacy ? 201 : 200;

    /// <summary>14 days.</summary>
    public override int MinExpirySeconds => AzureVendor.MinExpirySeconds;

    public override bool AcceptsUrl(string url, string endpoint) => AnsweredAt(url) == AnsweredAt(endpoint);

    public override string AnsweredAt(string endpoint) => endpoint.StartsWith("/v1/", StringComparison.Ordinal) ? endpoint : "/v1" + endpoint;

    public override string CodeOf(string code) => code switch
    {
        "invalid_url" => "url_mismatch",
        "mismatched_model" => "model_mismatch",
        "invalid_method" or "missing_required_parameter" or "streaming_unsupported" => "invalid_request",
        _ => code,
    };

    public override BatchLineError? RefuseModel(string name, int line) => deployments.Find(name) is { Deployment.IsBatch: true } ? null
        : new BatchLineError("invalid_request", $"The deployment '{name}' is not of a batch type (GlobalBatch, DataZoneBatch).", "body.model", line);

    /// <summary>A file has to be looked at first; the words of the refusal are assumed.</summary>
    public override ApiError? RefuseFile(StoredFile? file) => file is null || files.IsProcessed(file, world.Clock.Now) ? null
        : new ApiError(400, $"The file '{file.Id}' is still pending; wait until its status is processed.", Param: "input_file_id", Code: "invalid_request");

    public override void WriteError(Utf8JsonWriter json, ApiError error) => AzureErrors.Write(json, error);

    public override void Write(Utf8JsonWriter json, SandboxBatch batch, DateTimeOffset now, bool created) =>
        BatchObject.Write(json, batch, now, new BatchStyle(InstantsAsText: isLegacy, CountsAtEnd: true, Status: created ? "Validating" : null));

    public override void WritePage(Utf8JsonWriter json, Page<SandboxBatch> page, DateTimeOffset now)
    {
        if (!isLegacy)
        {
            base.WritePage(json, page, now);
            return;
        }

        json.WriteStartObject();
        json.WriteStartArray("value");
        foreach (var batch in page.Objects)
        {
            Write(json, batch, now, created: false);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The older form only. The enqueued tokens are known where a limit makes the sandbox count them.</summary>
    public override void AddCreateHeaders(IHeaderDictionary headers)
    {
        if (isLegacy)
        {
            headers["deployment-maximum-enqueued-tokens"] = (world.Options.EnqueuedTokenLimit ?? DefaultTokenLimit).ToString(CultureInfo.InvariantCulture);
        }
    }
}
