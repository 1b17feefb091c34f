using System.Globalization;
using System.Net.Http.Headers;

namespace Leeway.Adapters.Wire.Calls;

/// <summary>Turns an answer that is no success into a <see cref="ProviderError"/>.</summary>
internal static class ErrorAnswers
{
    private const int LongestBody = 1024 * 1024;
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(7);

    /// <summary>Reads the answer's body, as far as it comes, and says what went wrong.</summary>
    public static async Task<ProviderError> ReadAsync(HttpResponseMessage response, Binding binding, bool translated, TimeProvider clock, CancellationToken cancellationToken)
    {
        byte[] body;
        try
        {
            body = await BoundedRead.ReadAsync(response.Content, LongestBody, cancellationToken) ?? [];
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // The status is known; the rest of the sentence is not worth another kind of failure.
            body = [];
        }

        int status = (int)response.StatusCode;
        ErrorText text = ErrorText.Parse(body);
        if (binding.Format.ErrorTypeHeader is { } header && Value(response.Headers.NonValidated, header) is { } type)
        {
            text = text with { Type = type.Split(':', 2)[0].Trim() };
        }

        ProviderErrorKind kind = binding.Format.KindOfError(status, text, body) ?? Classify(status, text.Type, text.Code, text.Message);
        string message = text.Describe(status, binding.Deployment.Id, binding.ApiKey);
        if (binding.Format.ErrorsLeaveOutModel && kind == ProviderErrorKind.NotFound)
        {
            message += $" (Deployment '{binding.Deployment.Id}'.)";
        }

        return new ProviderError(kind, message)
        {
            StatusCode = status,
            ProviderCode = text.Code ?? text.Type,
            RetryAfter = RetryAfter(response.Headers.NonValidated, clock) ?? text.RetryAfter,
            Body = text.Shape == binding.Dialect && !translated && !ErrorText.Leaks(body, binding.ApiKey) ? body : default,
        };
    }

    /// <summary>The kind of an error. Codes that mean the same under several statuses go first; then the status decides.</summary>
    public static ProviderErrorKind Classify(int status, string? type, string? code, string? message = null) => status switch
    {
        400 when message?.StartsWith("Your credit balance is too low", StringComparison.Ordinal) == true => ProviderErrorKind.QuotaExhausted,
        >= 400 and < 500 when IsQuota(type) || IsQuota(code) => ProviderErrorKind.QuotaExhausted,
        >= 400 and < 500 when code is "model_not_found" => ProviderErrorKind.NotFound,
        400 when code is "API_KEY_INVALID" => ProviderErrorKind.AuthenticationFailed,
        401 or 403 => ProviderErrorKind.AuthenticationFailed,
        402 => ProviderErrorKind.QuotaExhausted,
        404 or 410 => ProviderErrorKind.NotFound,
        408 or 409 or 425 or 499 => ProviderErrorKind.ServerError,

        // The flex tier has no capacity: nothing of ours is used up, and nothing is charged.
        429 when code is "resource_unavailable" || message?.Contains("resource unavailable", StringComparison.OrdinalIgnoreCase) == true => ProviderErrorKind.Overloaded,
        429 => ProviderErrorKind.RateLimited,
        503 or 529 => ProviderErrorKind.Overloaded,
        >= 500 => ProviderErrorKind.ServerError,
        >= 400 => ProviderErrorKind.InvalidRequest,

        // A redirect is an address that the configuration has to correct.
        >= 300 => ProviderErrorKind.NotFound,
        _ => ProviderErrorKind.MalformedAnswer,
    };

    /// <summary><c>retry-after-ms</c>, else <c>Retry-After</c> in seconds or as a date; null when neither makes sense.</summary>
    public static TimeSpan? RetryAfter(HttpHeadersNonValidated headers, TimeProvider clock)
    {
        if (Value(headers, "retry-after-ms") is { } inMilliseconds && Number(inMilliseconds) is { } milliseconds)
        {
            return Wait(milliseconds / 1000);
        }

        if (Value(headers, "Retry-After") is not { } text)
        {
            return null;
        }

        if (Number(text) is { } seconds)
        {
            return Wait(seconds);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            ? Wait(Math.Max(0, (at - clock.GetUtcNow()).TotalSeconds))
            : null;
    }

    private static bool IsQuota(string? word) =>
        word is "insufficient_quota" or "credit_balance_exhausted" or "billing_hard_limit_reached" or "billing_not_active" or "billing_error" or "enforced_spend_limit_reached" or ErrorText.DayQuota;

    private static string? Value(HttpHeadersNonValidated headers, string name) =>
        headers.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;

    private static TimeSpan? Wait(double seconds) =>
        !(seconds >= 0) ? null : seconds >= s_longestWait.TotalSeconds ? s_longestWait : TimeSpan.FromSeconds(seconds);
}
