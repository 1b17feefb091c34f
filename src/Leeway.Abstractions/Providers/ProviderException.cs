namespace Leeway;

/// <summary>A call to a provider's batch or file API failed; the cause is in <see cref="Error"/>.</summary>
public sealed class ProviderException(ProviderError error, Exception? inner = null) : Exception(error.Message, inner)
{
    /// <summary>The cause.</summary>
    public ProviderError Error { get; } = error;
}
