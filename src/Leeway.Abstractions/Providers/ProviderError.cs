namespace Leeway;

/// <summary>How an attempt failed.</summary>
/// <param name="Kind">The cause.</param>
/// <param name="Message">For people; never holds a credential.</param>
public sealed record ProviderError(ProviderErrorKind Kind, string Message)
{
    /// <summary>The HTTP status, when there was one.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The provider's own error code, verbatim.</summary>
    public string? ProviderCode { get; init; }

    /// <summary>How long the provider asks us to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The error's body as the provider sent it, when it is JSON of the caller's dialect.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether the same deployment may be tried again.</summary>
    public bool IsRetryable => Kind is ProviderErrorKind.RateLimited or ProviderErrorKind.Overloaded or ProviderErrorKind.ServerError
        or ProviderErrorKind.ConnectFailed or ProviderErrorKind.FirstByteTimeout or ProviderErrorKind.IdleTimeout
        or ProviderErrorKind.StreamCut or ProviderErrorKind.MalformedAnswer or ProviderErrorKind.StreamError;

    /// <summary>Whether another deployment may do better: everything but the caller's own mistakes.</summary>
    public bool AllowsFallback => Kind is not ProviderErrorKind.InvalidRequest;

    /// <summary>Whether the provider may have done, and charged for, the work.</summary>
    public bool MayHaveCharged => Kind is ProviderErrorKind.FirstByteTimeout or ProviderErrorKind.IdleTimeout or ProviderErrorKind.TotalTimeout
        or ProviderErrorKind.StreamCut or ProviderErrorKind.MalformedAnswer or ProviderErrorKind.StreamError;
}
