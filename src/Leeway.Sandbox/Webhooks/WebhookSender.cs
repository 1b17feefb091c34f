using System.Globalization;
using System.Net;
using System.Text;
using Leeway.Sandbox.Faults;

namespace Leeway.Sandbox.Webhooks;

/// <summary>
/// Tells a project's target of batches and background responses that have ended, in OpenAI's manner (Standard Webhooks): signed, at least once, tried again
/// for 72 hours unless the answer is 2xx. A redirect is a failure; 410 removes the target.
/// </summary>
internal sealed class WebhookSender(SandboxWorld world) : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly List<WebhookDelivery> _pending = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = s_timeout };
    private WebhookTarget? _target;
    private long _delivered;
    private long _failed;

    /// <summary>Null when nobody is told.</summary>
    public WebhookTarget? Target
    {
        get
        {
            lock (_lock)
            {
                return _target;
            }
        }
    }

    /// <summary>Attempts answered 2xx, attempts that failed, events still to be delivered.</summary>
    public (long Delivered, long Failed, int Pending) Counts
    {
        get
        {
            lock (_lock)
            {
                return (_delivered, _failed, _pending.Count);
            }
        }
    }

    /// <summary>What ends from now on goes there; what had ended before is not told.</summary>
    public void Set(WebhookTarget? target)
    {
        lock (_lock)
        {
            _target = target;
            _pending.Clear();
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _target = null;
            _pending.Clear();
            (_delivered, _failed) = (0, 0);
        }
    }

    public void Announce(string type, string objectId, DateTimeOffset at)
    {
        if (world.Faults.Strikes(FaultKind.WebhookLost))
        {
            return;
        }

        var delivery = new WebhookDelivery(world.Ids.Next("evt_"), type, objectId, at);
        lock (_lock)
        {
            if (_target is not null)
            {
                _pending.Add(delivery);
            }
        }
    }

    /// <summary>Makes the attempts that are due; gives the instant of the next one.</summary>
    public async Task<DateTimeOffset?> SendDueAsync(CancellationToken cancellationToken)
    {
        WebhookDelivery[] due;
        WebhookTarget? target;
        lock (_lock)
        {
            target = _target;
            due = target is null ? [] : [.. _pending.Where(delivery => delivery.DueAt <= world.Clock.Now)];
        }

        foreach (var delivery in due)
        {
            var answer = await AttemptAsync(target!, delivery, cancellationToken);
            if (world.Faults.Strikes(FaultKind.WebhookDoubled))
            {
                answer = await AttemptAsync(target!, delivery, cancellationToken);
            }

            Settle(delivery, answer);
        }

        lock (_lock)
        {
            return _pending.Count == 0 ? null : _pending.Min(delivery => delivery.DueAt);
        }
    }

    public void Dispose() => _http.Dispose();

    private void Settle(WebhookDelivery delivery, HttpStatusCode? answer)
    {
        lock (_lock)
        {
            var delivered = (int?)answer is >= 200 and < 300;
            (_delivered, _failed) = delivered ? (_delivered + 1, _failed) : (_delivered, _failed + 1);
            if (delivered || !delivery.Retry(world.Clock.Now))
            {
                _pending.Remove(delivery);
            }

            if (answer == HttpStatusCode.Gone)
            {
                _target = null;
                _pending.Clear();
            }
        }
    }

    /// <returns>Null when there was no answer.</returns>
    private async Task<HttpStatusCode?> AttemptAsync(WebhookTarget target, WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        var timestamp = world.Clock.UnixSeconds;
        using var request = new HttpRequestMessage(HttpMethod.Post, target.Url)
        {
            Content = new StringContent(delivery.Body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("user-agent", "OpenAI/1.0 (sandbox)");
        request.Headers.TryAddWithoutValidation("webhook-id", delivery.Id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("webhook-signature", target.Sign(delivery.Id, timestamp, delivery.Body));
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.StatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
