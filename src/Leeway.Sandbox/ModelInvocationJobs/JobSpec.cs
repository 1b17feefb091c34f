using System.Text.Json;
using Leeway.Sandbox.Bedrock;
using Leeway.Sandbox.S3;

namespace Leeway.Sandbox.ModelInvocationJobs;

/// <summary>What a create asks for.</summary>
/// <param name="Body">All of it, whose data configurations are told back as they came.</param>
internal sealed record JobSpec(JsonElement Body, string Name, string RoleArn, BedrockModel Model, bool IsConverse, S3Location Input, S3Location Output, int TimeoutHours)
{
    /// <summary>A second create with it is the first one.</summary>
    public string? Token { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public TimeSpan Timeout => TimeSpan.FromHours(TimeoutHours);
}
