namespace Leeway.Routing;

/// <summary>Why a model has no route.</summary>
public enum RouteProblemKind
{
    /// <summary>Nobody knows the name.</summary>
    UnknownModel,

    /// <summary>Nothing is declared, and no price list knows the name.</summary>
    UnlistedModel,

    /// <summary>The name is known but its price is not, so its cost could not be told.</summary>
    UnpricedModel,

    /// <summary>No provider is configured.</summary>
    NoProvider,
}

/// <summary>A model without a route.</summary>
/// <param name="Kind">The cause.</param>
/// <param name="Model">The name asked for.</param>
/// <param name="Nearest">The nearest known name, or null.</param>
public sealed record RouteProblem(RouteProblemKind Kind, string Model, string? Nearest);
