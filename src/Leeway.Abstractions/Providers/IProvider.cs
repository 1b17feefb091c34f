namespace Leeway;

/// <summary>A vendor's real-time API. Thread-safe; one instance serves every deployment of its kind.</summary>
public interface IProvider
{
    /// <summary>The kind under which the configuration names it.</summary>
    string Kind { get; }

    /// <summary>What the vendor can do.</summary>
    ProviderCapabilities Capabilities { get; }

    /// <summary>
    /// Sends one call and returns at the answer's head. HTTP errors come back in <see cref="ProviderAnswer.Error"/>; a failure to get
    /// any answer throws <see cref="ProviderException"/>. The caller's token ends the call and nothing else; the adapter applies only
    /// the connect timeout.
    /// </summary>
    Task<ProviderAnswer> SendAsync(Deployment deployment, ProviderCall call, CancellationToken cancellationToken);

    /// <summary>Usage as found in the tail of a complete JSON answer or in one stream event's data; null when there is none.</summary>
    TokenUsage? ReadUsage(ReadOnlySpan<byte> json);
}
