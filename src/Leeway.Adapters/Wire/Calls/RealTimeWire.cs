using System.Globalization;
using System.Net.Http.Headers;

namespace Leeway.Adapters.Wire.Calls;

/// <summary>Sends one real-time call and returns at the answer's head.</summary>
internal static class RealTimeWire
{
    public static Task<ProviderAnswer> SendAsync(Binding binding, ProviderCall call, TimeProvider clock, CancellationToken cancellationToken)
    {
        (HttpContent content, bool usageIsOurs) = CallBody.Create(call, binding);
        HttpRequestMessage request = binding.Request(call.Endpoint, content);
        if (call.BetaFeatures is not null && binding.Dialect == Dialect.Anthropic)
        {
            Betas.Name(request.Headers, call.BetaFeatures);
        }

        return SendAsync(binding, request, usageIsOurs, translated: false, clock, cancellationToken);
    }

    /// <summary>Asks for what is stored.</summary>
    public static Task<ProviderAnswer> SendStoredAsync(Binding binding, StoredCall call, TimeProvider clock, CancellationToken cancellationToken)
    {
        string path = $"/responses/{Uri.EscapeDataString(call.Id)}{(call.Action == StoredAction.ListInput ? "/input_items" : "")}{call.Query}";
        HttpRequestMessage request = binding.Request(call.Action == StoredAction.Delete ? HttpMethod.Delete : HttpMethod.Get, path, content: null);
        return SendAsync(binding, request, usageIsOurs: false, translated: false, clock, cancellationToken);
    }

    /// <summary>Sends a request; an error's body is kept only where the client speaks the provider's dialect.</summary>
    public static async Task<ProviderAnswer> SendAsync(
        Binding binding, HttpRequestMessage request, bool usageIsOurs, bool translated, TimeProvider clock, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await binding.Invoker.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (Failures.IsTransport(e, cancellationToken))
        {
            throw Failures.Wrap(e, binding.Deployment);
        }

        try
        {
            int status = (int)response.StatusCode;
            HttpHeadersNonValidated headers = response.Content.Headers.NonValidated;
            string contentType = headers.TryGetValues("Content-Type", out HeaderStringValues types) ? types.ToString() : "";
            string? requestId = response.Headers.NonValidated.TryGetValues(binding.Format.RequestIdHeader ?? (binding.Dialect == Dialect.Anthropic ? "request-id" : "x-request-id"), out HeaderStringValues ids) ? ids.ToString() : null;
            bool failed = !response.IsSuccessStatusCode || (binding.Format.FailureHeader is { } tells && response.Headers.NonValidated.Contains(tells));
            ProviderError? error = !failed
                ? Refuse(binding.Deployment, status, contentType, headers)
                : await ErrorAnswers.ReadAsync(response, binding, translated, clock, cancellationToken);
            if (error is not null)
            {
                response.Dispose();
                return new ProviderAnswer(status, contentType, null, error, null) { ProviderRequestId = requestId };
            }

            // At the head's arrival the stream is there: nothing waits.
            return new ProviderAnswer(status, contentType, response.Content.ReadAsStream(cancellationToken), null, response)
            {
                ContentLength = headers.TryGetValues("Content-Length", out HeaderStringValues lengths)
                    && long.TryParse(lengths.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long length) ? length : null,
                ProviderRequestId = requestId,
                InputTokens = binding.Format.InputTokensHeader is { } counter && response.Headers.NonValidated.TryGetValues(counter, out HeaderStringValues counts)
                    && long.TryParse(counts.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long tokens) ? tokens : null,
                UsageEventIsOurs = usageIsOurs,
            };
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>A success that cannot be one: a web page, which is what captive portals and wrong base addresses answer, or bytes in an encoding nobody asked for.</summary>
    private static ProviderError? Refuse(Deployment deployment, int status, string contentType, HttpHeadersNonValidated headers)
    {
        string? what = contentType.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) ? "answered with a web page; check its base_url"
            : headers.TryGetValues("Content-Encoding", out HeaderStringValues encodings) && !encodings.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase) ? $"answered with content encoding '{encodings}', which was not asked for"
            : null;
        return what is null ? null : new ProviderError(ProviderErrorKind.MalformedAnswer, $"Deployment '{deployment.Id}' {what}.") { StatusCode = status };
    }
}
