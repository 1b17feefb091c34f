using System.Text.RegularExpressions;
using Leeway.Sandbox.Models;

namespace Leeway.Sandbox.Bedrock;

/// <summary>A model as a call names it: a base model, an inference profile or an ARN of either.</summary>
/// <param name="Name">As called, decoded.</param>
internal sealed partial record BedrockModel(SandboxModel Model, string Name)
{
    /// <summary>The maker, <c>anthropic</c>.</summary>
    public string Maker { get; } = GeographyPrefix().Replace(Model.Id, "").Split('.')[0];

    /// <summary>The maker's own name of it, dated as called: <c>claude-haiku-4-5-20251001</c>.</summary>
    public string NativeName => VersionSuffix().Replace(GeographyPrefix().Replace(LastOf(Name), ""), "").Split('.', 2)[^1];

    public bool IsClaude => Maker == "anthropic";

    public bool Embeds => Model.Use == ModelUse.Embeddings;

    /// <summary>Assumed: a model has a prompt cache where a cached price is published.</summary>
    public bool Caches => Model.RealTime.Cached < Model.RealTime.Input;

    /// <summary>No batch price is published for DeepSeek.</summary>
    public bool HasBatch => Maker != "deepseek";

    /// <summary>The flex tier is not general for Claude.</summary>
    public bool HasFlex => !IsClaude;

    /// <summary>
    /// Null for a name the catalogue has no price of. Regional profiles (<c>us.</c>, <c>eu.</c>) and bare names share a price; <c>global.</c> may have its own.
    /// </summary>
    public static BedrockModel? Find(string name)
    {
        // Where a version is another model, as an embedding's is, the catalogue has it with its version.
        var whole = LastOf(name);
        var id = VersionSuffix().Replace(whole, "");
        var found = ModelCatalog.Find(whole, SandboxKind.Aws) ?? ModelCatalog.Find(id, SandboxKind.Aws) ?? ModelCatalog.Find(GeographyPrefix().Replace(id, ""), SandboxKind.Aws);
        return found is null ? null : new BedrockModel(found, name);
    }

    private static string LastOf(string name) => name.StartsWith("arn:", StringComparison.Ordinal) ? name[(name.LastIndexOf('/') + 1)..] : name;

    [GeneratedRegex(@"^(global|us|eu|apac|jp|au|ca|us-gov)\.")]
    private static partial Regex GeographyPrefix();

    [GeneratedRegex(@"(-v?\d+:\d+|-v\d+)$")]
    private static partial Regex VersionSuffix();
}
