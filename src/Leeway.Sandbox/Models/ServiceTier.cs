using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Models;

/// <summary>How fast, and at what price, a call is served.</summary>
internal enum ServiceTier
{
    Default,

    /// <summary>Batch prices, an answer when there is room, else 429.</summary>
    Flex,

    /// <summary>Dearer and sooner; a body asks for it as <c>fast</c> or <c>priority</c>, the answer says <c>priority</c>.</summary>
    Priority,
}

/// <summary>The <c>service_tier</c> of OpenAI's bodies and answers.</summary>
internal static class ServiceTiers
{
    private static readonly string[] s_known = ["auto", "default", "flex", "scale", "priority", "fast"];

    public static string NameOf(ServiceTier tier) => tier switch
    {
        ServiceTier.Flex => "flex",
        ServiceTier.Priority => "priority",
        _ => "default",
    };

    /// <summary>The tier a body is served in. A model without a priority price serves such a body as any other, and says so; one without flex refuses.</summary>
    public static (ServiceTier Tier, ApiError? Error) Read(JsonElement body, SandboxModel model)
    {
        if (!body.Has("service_tier", out var given))
        {
            return (ServiceTier.Default, null);
        }

        if (given.ValueKind != JsonValueKind.String || !s_known.Contains(given.GetString()))
        {
            return (ServiceTier.Default, ApiError.Invalid("service_tier", $"Invalid 'service_tier': expected one of {string.Join(", ", s_known)}."));
        }

        return given.GetString() switch
        {
            "flex" when model.Flex is null => (ServiceTier.Default, ApiError.Invalid("service_tier", $"Invalid 'service_tier': flex is not available for the model `{model.Id}`.")),
            "flex" => (ServiceTier.Flex, null),
            "priority" or "fast" when model.Priority is not null => (ServiceTier.Priority, null),
            _ => (ServiceTier.Default, null),
        };
    }
}
