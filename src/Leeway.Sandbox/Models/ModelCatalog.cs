using System.Text.RegularExpressions;

namespace Leeway.Sandbox.Models;

/// <summary>The models served and what they cost: list prices in USD per million tokens as published by mid-2026; batch is half of each.</summary>
/// <remarks>Which models have a flex tier is assumed: OpenAI calls them limited.</remarks>
internal static partial class ModelCatalog
{
    public static readonly IReadOnlyList<SandboxModel> All =
    [
        SandboxModel.Chat("gpt-3.5-turbo", 0.50m, 0.50m, 1.50m),
        SandboxModel.Chat("gpt-4o", 2.50m, 1.25m, 10m).WithPriority(4.25m, 17m),
        SandboxModel.Chat("gpt-4o-mini", 0.15m, 0.075m, 0.60m).WithPriority(0.25m, 1m),
        SandboxModel.Chat("gpt-4.1", 2m, 0.50m, 8m).WithPriority(3.50m, 14m),
        SandboxModel.Chat("gpt-4.1-mini", 0.40m, 0.10m, 1.60m).WithPriority(0.70m, 2.80m),
        SandboxModel.Chat("gpt-4.1-nano", 0.10m, 0.025m, 0.40m).WithPriority(0.20m, 0.80m),
        SandboxModel.Chat("gpt-5", 1.25m, 0.125m, 10m).WithFlex().WithPriority(2.50m, 20m),
        SandboxModel.Chat("gpt-5-mini", 0.25m, 0.025m, 2m).WithFlex().WithPriority(0.45m, 3.60m),
        SandboxModel.Chat("gpt-5-nano", 0.05m, 0.005m, 0.40m).WithFlex(),
        SandboxModel.Chat("gpt-5.1", 1.25m, 0.125m, 10m).WithFlex().WithPriority(2.50m, 20m),
        SandboxModel.Chat("gpt-5.2", 1.75m, 0.175m, 14m).WithFlex().WithPriority(3.50m, 28m),
        SandboxModel.Chat("gpt-5.4", 2.50m, 0.25m, 15m).WithFlex().WithPriority(5m, 30m),
        SandboxModel.Chat("gpt-5.4-mini", 0.75m, 0.075m, 4.50m).WithFlex(),
        SandboxModel.Chat("gpt-5.4-nano", 0.20m, 0.02m, 1.25m).WithFlex(),
        SandboxModel.Chat("gpt-5.5", 5m, 0.50m, 30m).WithFlex(),
        SandboxModel.Chat("gpt-5.6-sol", 5m, 0.50m, 30m).WithFlex(),
        SandboxModel.Chat("gpt-5.6-terra", 2m, 0.20m, 12m).WithFlex(),
        SandboxModel.Chat("gpt-5.6-luna", 0.20m, 0.02m, 1.20m).WithFlex(),
        SandboxModel.Chat("o3", 2m, 0.50m, 8m).WithFlex().WithPriority(3.50m, 14m),
        SandboxModel.Chat("o4-mini", 1.10m, 0.275m, 4.40m).WithFlex().WithPriority(2m, 8m),
        SandboxModel.Completion("gpt-3.5-turbo-instruct", 1.50m, 2m),
        SandboxModel.Embedding("text-embedding-3-small", 0.02m),
        SandboxModel.Embedding("text-embedding-3-large", 0.13m),
        SandboxModel.Claude("claude-3-5-haiku", 0.80m, 4m),
        SandboxModel.Claude("claude-haiku-4-5", 1m, 5m),
        SandboxModel.Claude("claude-sonnet-4", 3m, 15m),
        SandboxModel.Claude("claude-sonnet-4-5", 3m, 15m),
        SandboxModel.Claude("claude-sonnet-4-6", 3m, 15m),
        SandboxModel.Claude("claude-sonnet-5", 2m, 10m),
        SandboxModel.Claude("claude-opus-4-1", 15m, 75m),
        SandboxModel.Claude("claude-opus-4-5", 5m, 25m),
        SandboxModel.Claude("claude-opus-5", 5m, 25m),
        SandboxModel.Gemini("gemini-2.0-flash", 0.10m, 0.025m, 0.40m),
        SandboxModel.Gemini("gemini-2.5-pro", 1.25m, 0.125m, 10m),
        SandboxModel.Gemini("gemini-2.5-flash", 0.30m, 0.03m, 2.50m),
        SandboxModel.Gemini("gemini-2.5-flash-lite", 0.10m, 0.01m, 0.40m),
        SandboxModel.Gemini("gemini-3.1-pro-preview", 2m, 0.20m, 12m),
        SandboxModel.Gemini("gemini-3-flash-preview", 0.50m, 0.05m, 3m),
        SandboxModel.Gemini("gemini-3.1-flash-lite", 0.25m, 0.025m, 1.50m),
        SandboxModel.Gemini("gemini-3.5-flash", 1.50m, 0.15m, 9m),
        SandboxModel.Gemini("gemini-3.5-flash-lite", 0.30m, 0.03m, 2.50m),
        SandboxModel.GeminiEmbedding("gemini-embedding-001", 0.15m),
        SandboxModel.Bedrock("anthropic.claude-3-haiku", 0.25m, 1.25m),
        SandboxModel.Bedrock("anthropic.claude-haiku-4-5", 1.10m, 5.50m, 0.11m),
        SandboxModel.Bedrock("global.anthropic.claude-haiku-4-5", 1m, 5m, 0.10m),
        SandboxModel.Bedrock("amazon.nova-micro", 0.035m, 0.14m, 0.00875m),
        SandboxModel.Bedrock("amazon.nova-lite", 0.06m, 0.24m, 0.015m),
        SandboxModel.Bedrock("amazon.nova-pro", 0.80m, 3.20m, 0.20m),
        SandboxModel.Bedrock("meta.llama3-1-8b-instruct", 0.22m, 0.22m),
        SandboxModel.Bedrock("meta.llama3-1-70b-instruct", 0.72m, 0.72m),
        SandboxModel.Bedrock("meta.llama3-3-70b-instruct", 0.72m, 0.72m),
        SandboxModel.Bedrock("meta.llama4-maverick-17b-instruct", 0.24m, 0.97m),
        SandboxModel.Bedrock("meta.llama4-scout-17b-instruct", 0.17m, 0.66m),
        SandboxModel.Bedrock("deepseek.r1", 1.35m, 5.40m),
        SandboxModel.Bedrock("openai.gpt-oss-120b", 0.15m, 0.60m),
        SandboxModel.Bedrock("openai.gpt-oss-20b", 0.07m, 0.30m),
        SandboxModel.BedrockEmbedding("amazon.titan-embed-text-v2:0", 0.02m),
        SandboxModel.BedrockEmbedding("cohere.embed-english-v3", 0.10m),
        SandboxModel.Together("meta-llama/Llama-3.3-70B-Instruct-Turbo", 0.88m, 0.88m, isHalfInBatch: true),
        SandboxModel.Together("meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo", 0.18m, 0.18m),
        SandboxModel.Together("meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8", 0.27m, 0.85m),
        SandboxModel.Together("openai/gpt-oss-120b", 0.15m, 0.60m),
        SandboxModel.Together("openai/gpt-oss-20b", 0.05m, 0.20m),
        SandboxModel.Together("deepseek-ai/DeepSeek-V3.1", 0.60m, 1.70m),
        SandboxModel.Together("deepseek-ai/DeepSeek-R1", 3m, 7m),
        SandboxModel.TogetherEmbedding("intfloat/multilingual-e5-large-instruct", 0.02m),
    ];

    private static readonly Dictionary<string, SandboxModel> s_byId = All.ToDictionary(model => model.Id, StringComparer.Ordinal);

    /// <summary>Finds a model by name; a dated snapshot (<c>gpt-4o-2024-08-06</c>, <c>claude-haiku-4-5-20251001</c>, at Vertex AI <c>claude-haiku-4-5@20251001</c>) is its undated model.</summary>
    public static SandboxModel? Find(string id) =>
        s_byId.GetValueOrDefault(id) ?? s_byId.GetValueOrDefault(SnapshotDate().Replace(id, ""));

    /// <summary>The model of this name, if the vendor serves it.</summary>
    public static SandboxModel? Find(string id, SandboxKind vendor) => Find(id) is { } model && model.ServedBy.HasFlag(vendor) ? model : null;

    [GeneratedRegex(@"[-@](\d{4}-\d{2}-\d{2}|\d{8})$")]
    private static partial Regex SnapshotDate();
}
