namespace Leeway;

/// <summary>A vendor's real-time API. Thread-safe; one instance serves every deployment of its kind.</summary>
public interface IProvider
{
    /// <summary>The kind under which the configuration names it.</summary>
    string Kind { get; }

    /// <summary>What the vendor can do.</summary>
    ProviderCapabilities Capabilities { get; }

    /// <summary>
    /// Sends one call and returns at the answer's head; the answer is in the dialect of the call's endpoint. HTTP errors come back in <see cref="ProviderAnswer.Error"/>; a failure to get
    /// any answer throws <see cref="ProviderException"/>. The caller's token ends the call and nothing else; the adapter applies only
    /// the connect timeout.
    /// </summary>
    Task<ProviderAnswer> SendAsync(Deployment deployment, ProviderCall call, CancellationToken cancellationToken);

    /// <summary>Looks whether the provider can be reached and takes the credential, at no cost. Fails only by the caller's token.</summary>
    Task<ProviderProbe> ProbeAsync(Deployment deployment, CancellationToken cancellationToken);

    /// <summary>
    /// Asks before acceptance whether <paramref name="deployment"/> can carry a request: null, or the first member that it cannot.
    /// An endpoint that it serves natively is never looked into. The body is JSON that was scanned before.
    /// </summary>
    FieldProblem? FindUncarried(Deployment deployment, string endpoint, ReadOnlySpan<byte> body);

    /// <summary>
    /// Usage as found in the tail of a complete JSON answer or in one stream event's data; null when there is none. The answer is in
    /// the dialect of <paramref name="endpoint"/>, the client's.
    /// </summary>
    ReportedUsage? ReadUsage(string endpoint, ReadOnlySpan<byte> json);
}
