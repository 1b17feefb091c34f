using Leeway.Adapters.Aws;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Lambda;

/// <summary>What a function's own errors mean, which have the status of a success.</summary>
internal static class FunctionErrors
{
    public static ProviderErrorKind? KindOf(int status, ErrorText text, ReadOnlyMemory<byte> body) =>
        status >= 400 ? AwsErrors.KindOf(status, text, body)

        // Names of exceptions, as runtimes give them: what says that the request is wrong is the caller's, anything else the function's.
        : text.Type is { } type && (type.Contains("BadRequest", StringComparison.OrdinalIgnoreCase) || type.Contains("Validation", StringComparison.OrdinalIgnoreCase))
            ? ProviderErrorKind.InvalidRequest
        : text.Type is { } limit && (limit.Contains("RateLimit", StringComparison.OrdinalIgnoreCase) || limit.Contains("Throttl", StringComparison.OrdinalIgnoreCase))
            ? ProviderErrorKind.RateLimited
        : ProviderErrorKind.ServerError;
}
