namespace Leeway;

/// <summary>Everything that can go wrong in one attempt, by stage, side and cause. Closed: an unknown provider code becomes the kind of its HTTP status.</summary>
public enum ProviderErrorKind
{
    /// <summary>The provider refuses the request itself (400, 413, 422): the caller's fault, final.</summary>
    InvalidRequest,

    /// <summary>The provider refuses our credential (401, 403).</summary>
    AuthenticationFailed,

    /// <summary>The model or resource does not exist there (404).</summary>
    NotFound,

    /// <summary>A rate limit; retry after a while (429).</summary>
    RateLimited,

    /// <summary>The account is out of money or quota (429 <c>insufficient_quota</c>); never retried.</summary>
    QuotaExhausted,

    /// <summary>The provider has no capacity (503, 529).</summary>
    Overloaded,

    /// <summary>The provider failed (500, 502, 504, 408).</summary>
    ServerError,

    /// <summary>No connection: name, route, TLS or connect timeout. Nothing was sent.</summary>
    ConnectFailed,

    /// <summary>The head of the answer did not come in time; the provider may have worked and charged.</summary>
    FirstByteTimeout,

    /// <summary>The body stalled.</summary>
    IdleTimeout,

    /// <summary>The whole call took too long.</summary>
    TotalTimeout,

    /// <summary>The connection broke while the answer was coming.</summary>
    StreamCut,

    /// <summary>The answer's bytes are not what the protocol allows.</summary>
    MalformedAnswer,

    /// <summary>A stream that began well carried an error.</summary>
    StreamError,

    /// <summary>The caller went away; the provider's call was aborted.</summary>
    CallerLeft,
}
