namespace Leeway.Gateway.Problems;

/// <summary>A provider's failure as the caller sees it.</summary>
internal static class ProviderProblems
{
    public static Problem From(ProviderError error)
    {
        string code = CodeOf(error.Kind);
        bool callersFault = error.Kind is ProviderErrorKind.InvalidRequest or ProviderErrorKind.NotFound or ProviderErrorKind.RateLimited
            or ProviderErrorKind.QuotaExhausted or ProviderErrorKind.Overloaded or ProviderErrorKind.StreamError;
        return new Problem
        {
            Code = code,
            Message = error.Kind == ProviderErrorKind.AuthenticationFailed
                ? "The provider refused the gateway's credential. Its operator must check the provider's api_key."
                : error.Message,
            Status = error.Kind == ProviderErrorKind.InvalidRequest ? error.StatusCode : null,
            RetryAfter = error.RetryAfter,

            // A refused credential may be echoed in the provider's body, so only errors about the request itself pass.
            Verbatim = callersFault ? error.Body : default,
        };
    }

    private static string CodeOf(ProviderErrorKind kind) => kind switch
    {
        ProviderErrorKind.InvalidRequest => "provider_invalid_request",
        ProviderErrorKind.AuthenticationFailed => "provider_authentication_failed",
        ProviderErrorKind.NotFound => "provider_not_found",
        ProviderErrorKind.RateLimited => "provider_rate_limited",
        ProviderErrorKind.QuotaExhausted => "insufficient_quota",
        ProviderErrorKind.Overloaded => "provider_overloaded",
        ProviderErrorKind.ServerError => "provider_error",
        ProviderErrorKind.ConnectFailed => "provider_unreachable",
        ProviderErrorKind.FirstByteTimeout => "provider_first_byte_timeout",
        ProviderErrorKind.IdleTimeout => "provider_idle_timeout",
        ProviderErrorKind.TotalTimeout => "provider_total_timeout",
        ProviderErrorKind.StreamCut => "provider_stream_cut",
        ProviderErrorKind.MalformedAnswer => "provider_malformed_answer",
        ProviderErrorKind.StreamError => "provider_stream_error",

        // A caller that left is told nothing.
        _ => "internal_error",
    };
}
