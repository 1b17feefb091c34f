using Leeway.Adapters.Wire.Batches;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Wire;

/// <summary>What tells one kind of provider of OpenAI's dialect from another.</summary>
internal sealed record WireKind
{
    /// <summary>The kind under which the configuration names it.</summary>
    public required string Name { get; init; }

    /// <summary>What it can do.</summary>
    public required ProviderCapabilities Capabilities { get; init; }

    /// <summary>How it is addressed and authorized. Its endpoints are those of <see cref="Capabilities"/>.</summary>
    public WireFormat Format { get; init; } = WireFormat.OpenAI(System.Collections.Frozen.FrozenSet<string>.Empty);

    /// <summary>How its batch and file API departs from OpenAI's.</summary>
    public BatchDialect Batches { get; init; } = new();

    /// <summary>Whether a server of this kind may lack the batch API, so that a deployment has to say that it has one.</summary>
    public bool BatchIsOptional { get; init; }

    /// <summary>Whether its servers only resemble OpenAI's: what is translated keeps to what all of them know.</summary>
    public bool OnlyResembles { get; init; }
}
