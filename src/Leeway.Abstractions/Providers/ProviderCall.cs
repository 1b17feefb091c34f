namespace Leeway;

/// <summary>One real-time call as an adapter needs it.</summary>
/// <param name="Endpoint">The API path asked for, e.g. <c>/v1/chat/completions</c>.</param>
/// <param name="Body">The client's JSON body. The memory stays valid until the call ends.</param>
/// <param name="Shape">What the top-level scan of the body found; null when it was not scanned yet, and the adapter does.</param>
/// <param name="Buffered">True when the answer must come whole whatever the body says: the members that ask for streaming are left out.</param>
public readonly record struct ProviderCall(string Endpoint, ReadOnlyMemory<byte> Body, BodyShape? Shape, bool Buffered = false)
{
    /// <summary>
    /// Features still in beta that an Anthropic client named in its <c>anthropic-beta</c> header, verbatim; null when it named none. The
    /// adapter passes on names and nothing else, and only where the endpoint is served natively.
    /// </summary>
    public string? BetaFeatures { get; init; }

    /// <summary>
    /// The request's id, the same in all its attempts, for vendors that queue a call under a name of ours; null for a call that is not stored, which
    /// is then answered at once.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>Whether to ask for the vendor's slower, cheaper tier, whatever the body says. Only where <see cref="ProviderCapabilities.FlexEndpoints"/> allows it.</summary>
    public bool OnFlexTier { get; init; }
}
