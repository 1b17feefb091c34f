using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Models;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Bedrock;

/// <summary>Bedrock's service tiers: a member of a Converse body, a header of InvokeModel.</summary>
internal static class BedrockTier
{
    public const string Header = "X-Amzn-Bedrock-Service-Tier";

    private const string Known = "[priority, default, flex, reserved]";

    /// <summary>Nothing is reserved here, so <c>reserved</c> overflows to the default tier.</summary>
    public static (ServiceTier Tier, ApiError? Error) Read(string? given, BedrockModel model) => given switch
    {
        null or "" or "default" or "reserved" => (ServiceTier.Default, null),
        "flex" when !model.HasFlex => (ServiceTier.Default, AwsErrors.Validation($"The service tier flex is not supported for the model {model.Name}.")),
        "flex" => (ServiceTier.Flex, null),
        "priority" => (ServiceTier.Priority, null),
        _ => (ServiceTier.Default, AwsErrors.Constraint("serviceTier.type", given, $"Member must satisfy enum value set: {Known}")),
    };

    public static string NameOf(ServiceTier tier) => tier switch { ServiceTier.Flex => "flex", ServiceTier.Priority => "priority", _ => "default" };
}
