using Leeway.Adapters;
using Leeway.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>How one kind of provider is set up against its sandbox. Everything else that the cases need to know they read from its capabilities.</summary>
public abstract class Vendor
{
    /// <summary>The kind in the configuration.</summary>
    public abstract string Kind { get; }

    /// <summary>Whose wire the sandbox speaks.</summary>
    public abstract SandboxKind Sandbox { get; }

    /// <summary>A chat model at this vendor whose price is known there and here.</summary>
    public abstract string Model { get; }

    /// <summary>An embedding model, where it has any.</summary>
    public virtual string? EmbeddingModel => null;

    /// <summary>The model's name in batches, where it is another one there.</summary>
    public virtual string? BatchModel => null;

    /// <summary>The provider's settings beside its kind, as members of a flow mapping.</summary>
    /// <param name="sandbox">The sandbox's address, with a slash at its end.</param>
    public abstract string Settings(Uri sandbox);

    /// <summary>The same with a credential that the vendor refuses; null where the sandbox takes any.</summary>
    public virtual string? WrongCredential(Uri sandbox) => null;

    /// <summary>Whether pictures can be shown to it.</summary>
    public virtual bool TakesImages => true;

    /// <summary>Whether JSON that follows a schema can be asked for.</summary>
    public virtual bool TakesSchemas => true;

    /// <summary>
    /// How long the requests of its batch tests can wait. Where small batches are refused, what is left of one goes in real time at its last safe
    /// moment, which the test has to see.
    /// </summary>
    public string Wait => Capabilities.MinBatchRequests > 1 ? "40s" : "6h";

    /// <summary>The chat deployment's settings beside provider and model; empty for none.</summary>
    public virtual string ModelDeployment => "";

    /// <summary>Whether its sandbox refuses models that it does not know.</summary>
    public virtual bool KnowsModels => true;

    /// <summary>Whether tokens have a price at this vendor.</summary>
    public virtual bool BillsTokens => true;

    /// <summary>The embedding deployment's settings beside provider and model; empty for none.</summary>
    public virtual string EmbeddingDeployment => "";

    /// <summary>Prepares what the vendor wants outside its API, such as a bucket.</summary>
    public virtual Task PrepareAsync(Uri sandbox) => Task.CompletedTask;

    public ProviderCapabilities Capabilities => s_capabilities[Kind];

    private static readonly Dictionary<string, ProviderCapabilities> s_capabilities =
        ProviderSet.CreateAll(TimeProvider.System, NullLoggerFactory.Instance).ToDictionary(provider => provider.Kind, provider => provider.Capabilities);
}
