using System.Text.Json;
using Leeway.Sandbox.Answers;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Azure;

/// <summary>Models under the names of their deployments, and the findings of the content filter on prompt, choice and chunk.</summary>
internal sealed class AzureDialect(FaultSet faults, AzureDeployments deployments, bool inBatch) : AnswerDialect
{
    // The one the page of the preview lists.
    private const string FlexModel = "gpt-5.6-sol";

    private static readonly string[] s_categories = ["hate", "self_harm", "sexual", "violence"];

    public override SandboxModel? Find(string name) =>
        deployments.Find(name) is { } found && (inBatch || !found.Deployment.IsBatch) ? found.Model : null;

    /// <summary>That a batch deployment serves nothing else is known; the code of its refusal is not verified.</summary>
    public override ApiError UnknownModel(string name) => deployments.Find(name) is null
        ? AzureErrors.DeploymentNotFound
        : new ApiError(400, $"The deployment '{name}' runs batches only; the operation is unsupported.", Code: "OperationNotSupported");

    public override string NameTold(string asked, SandboxModel model) => model.Id;

    public override (ServiceTier Tier, ApiError? Error) TierOf(JsonElement body, SandboxModel model) =>
        base.TierOf(body, model.Id == FlexModel ? model : model with { Flex = null });

    public override ApiError? RefuseChat(JsonElement body) => faults.Strikes(FaultKind.Blocked) ? AzureErrors.ContentFiltered : null;

    public override void WriteTop(Utf8JsonWriter json, ServiceTier tier, bool inChunk)
    {
        base.WriteTop(json, tier, inChunk);
        if (!inChunk)
        {
            WritePromptFilter(json);
        }
    }

    public override void WriteChoice(Utf8JsonWriter json)
    {
        json.WritePropertyName("content_filter_results");
        WriteFindings(json, filtered: null);
    }

    /// <summary>It has no choice, and neither id nor model.</summary>
    public override Action<Utf8JsonWriter> FirstChunk => json =>
    {
        json.WriteStartObject();
        json.WriteString("id", "");
        json.WriteString("object", "");
        json.WriteNumber("created", 0);
        json.WriteString("model", "");
        json.WriteStartArray("choices");
        json.WriteEndArray();
        WritePromptFilter(json);
        json.WriteEndObject();
    };

    /// <summary>What the filter found in each category, as an object.</summary>
    /// <param name="filtered">The category that was too much, if one was.</param>
    public static void WriteFindings(Utf8JsonWriter json, string? filtered)
    {
        json.WriteStartObject();
        foreach (var category in s_categories)
        {
            json.WriteStartObject(category);
            json.WriteBoolean("filtered", category == filtered);
            json.WriteString("severity", category == filtered ? "high" : "safe");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WritePromptFilter(Utf8JsonWriter json)
    {
        json.WriteStartArray("prompt_filter_results");
        json.WriteStartObject();
        json.WriteNumber("prompt_index", 0);
        json.WritePropertyName("content_filter_results");
        WriteFindings(json, filtered: null);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
