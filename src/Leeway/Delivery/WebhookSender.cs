using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Leeway.Delivery;

/// <summary>Makes one signed call. Follows no redirect, uses no proxy, trusts no answer: 64 kB of it are read and thrown away.</summary>
internal sealed class WebhookSender : IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024;
    private const int MaxHeaderKilobytes = 16;

    private static readonly TimeSpan _longestRetryAfter = TimeSpan.FromHours(24);

    // The status decides; the body is read only so that the connection can be used again.
    private static readonly TimeSpan _drainTime = TimeSpan.FromSeconds(1);

    private static readonly ProductInfoHeaderValue _userAgent =
        new("Leeway", typeof(WebhookSender).Assembly.GetName().Version?.ToString(3) ?? "0");

    private readonly IConfigSource _config;
    private readonly WebhookUrlPolicy _policy;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;

    public WebhookSender(IConfigSource config, AddressGuard guard, TimeProvider clock)
    {
        _config = config;
        _policy = new WebhookUrlPolicy(config, guard);
        _clock = clock;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = guard.ConnectAsync,
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Posts <paramref name="body"/> to the endpoint under the message id <paramref name="id"/>.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled; the endpoint may have got it.</exception>
    public async Task<DeliveryAttempt> SendAsync(WebhookEndpoint endpoint, string id, byte[] body, CancellationToken cancellationToken)
    {
        if (_policy.Check(endpoint.Url.OriginalString) is { } problem)
        {
            return new DeliveryAttempt { Error = problem.Message };
        }

        TimeSpan timeout = _config.Current.Delivery.Webhooks.Timeout;
        using var limit = new CancellationTokenSource(timeout, _clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using HttpRequestMessage message = Compose(endpoint, id, body);
            using HttpResponseMessage answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, linked.Token);
            DeliveryAttempt attempt = Judge(answer);
            await DrainAsync(answer, linked.Token);
            return attempt;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryAttempt { Error = $"The endpoint did not answer within {timeout.TotalSeconds:0.###} s." };
        }
        catch (HttpRequestException e)
        {
            return new DeliveryAttempt { Error = Explain(e) };
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Compose(WebhookEndpoint endpoint, string id, byte[] body)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        var message = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.UserAgent.Add(_userAgent);
        message.Headers.Add("webhook-id", id);
        message.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        message.Headers.Add("webhook-signature", WebhookSignature.Sign(endpoint.Secret, id, now, body));
        return message;
    }

    private DeliveryAttempt Judge(HttpResponseMessage answer)
    {
        int status = (int)answer.StatusCode;
        return new DeliveryAttempt
        {
            StatusCode = status,
            Error = status switch
            {
                >= 200 and < 300 => null,
                >= 300 and < 400 => $"The endpoint answered {status}, a redirect; redirects are not followed.",
                410 => "The endpoint answered 410: it wants no more deliveries.",
                _ => $"The endpoint answered {status}.",
            },
            IsFinal = status == 410,
            RetryAfter = status is 429 or 502 or 503 or 504 ? ReadRetryAfter(answer.Headers.RetryAfter) : null,
        };
    }

    private TimeSpan? ReadRetryAfter(RetryConditionHeaderValue? header)
    {
        TimeSpan? asked = header?.Delta ?? (header?.Date - _clock.GetUtcNow());
        return asked is not { } wait || wait <= TimeSpan.Zero ? null : wait < _longestRetryAfter ? wait : _longestRetryAfter;
    }

    private async Task DrainAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_drainTime, _clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        byte[] buffer = new byte[4096];
        try
        {
            await using Stream body = await answer.Content.ReadAsStreamAsync(linked.Token);
            for (int left = MaxAnswerBytes, read = 1; left > 0 && read > 0; left -= read)
            {
                read = await body.ReadAsync(buffer, linked.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            // The status has been given; disposing of the answer closes the connection.
        }
    }

    private static string Explain(HttpRequestException e) => e switch
    {
        { InnerException: AddressRefusedException refused } => refused.Message,
        { HttpRequestError: HttpRequestError.NameResolutionError } or { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } }
            => "The host name could not be resolved.",
        { HttpRequestError: HttpRequestError.SecureConnectionError } => "No TLS connection could be made; is the certificate valid for this host?",
        { InnerException: SocketException socket } => $"No connection could be made: {socket.SocketErrorCode}.",
        _ => $"The call failed: {e.HttpRequestError}.",
    };
}
