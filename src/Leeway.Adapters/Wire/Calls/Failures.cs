using System.Net.Sockets;

namespace Leeway.Adapters.Wire.Calls;

/// <summary>Says what a transport exception means.</summary>
internal static class Failures
{
    /// <summary>
    /// The error behind an exception of the HTTP stack. A cancellation that nobody asked for is the connect timeout, the only one the
    /// handler keeps itself. What broke after the connection stood may have reached the provider, so it counts as a cut.
    /// </summary>
    public static ProviderException Wrap(Exception e, Deployment deployment)
    {
        ProviderErrorKind kind = e switch
        {
            // A connection that breaks in the moment it stands comes as the socket says it.
            OperationCanceledException or SocketException => ProviderErrorKind.ConnectFailed,
            HttpRequestException http => Classify(http.HttpRequestError),
            HttpIOException io => Classify(io.HttpRequestError),
            _ => ProviderErrorKind.StreamCut,
        };
        string what = kind switch
        {
            ProviderErrorKind.ConnectFailed => "could not be reached",
            ProviderErrorKind.MalformedAnswer => "did not answer in HTTP",
            _ => "broke the connection off",
        };
        return new ProviderException(new ProviderError(kind, $"Deployment '{deployment.Id}' {what}: {e.GetBaseException().Message}"), e);
    }

    /// <summary>Whether <see cref="Wrap"/> knows what to say.</summary>
    public static bool IsTransport(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException or SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>A timeout of our own.</summary>
    public static ProviderException TimedOut(ProviderErrorKind kind, Deployment deployment, TimeSpan after, Exception? inner) =>
        new(new ProviderError(kind, $"Deployment '{deployment.Id}' said nothing for {after.TotalSeconds:0.#} s."), inner);

    /// <summary>An answer that the protocol does not allow.</summary>
    public static ProviderException Malformed(Deployment deployment, string what, Exception? inner = null) =>
        new(new ProviderError(ProviderErrorKind.MalformedAnswer, $"Deployment '{deployment.Id}' {what}."), inner);

    private static ProviderErrorKind Classify(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError or HttpRequestError.VersionNegotiationError => ProviderErrorKind.ConnectFailed,
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded => ProviderErrorKind.MalformedAnswer,
        _ => ProviderErrorKind.StreamCut,
    };
}
