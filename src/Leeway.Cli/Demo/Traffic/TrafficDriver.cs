using System.Globalization;
using System.Net;
using System.Text;

namespace Leeway.Cli.Demo.Traffic;

/// <summary>Makes planned calls over HTTP, each at its time, as clients would.</summary>
internal sealed class TrafficDriver(Uri gateway, TimeProvider clock, Tally tally) : IDisposable
{
    private const string RequestId = "Leeway-Request-Id";
    private const int MaxAtOnce = 256;

    private readonly HttpClient _http = new() { BaseAddress = gateway, Timeout = Timeout.InfiniteTimeSpan };
    private readonly SemaphoreSlim _slots = new(MaxAtOnce);
    private readonly CancellationTokenSource _nobodyCancels = new();
    private readonly List<Task> _short = [];
    private readonly List<Task> _long = [];

    /// <summary>Makes the calls; returns when the last one has been made, not ended.</summary>
    /// <exception cref="HttpRequestException">A call broke off.</exception>
    public async Task MakeAsync(IEnumerable<PlannedCall> calls, CancellationToken cancellationToken)
    {
        foreach (PlannedCall call in calls)
        {
            if (call.At - clock.GetUtcNow() is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, clock, cancellationToken);
            }

            await ForgetEndedAsync(_short);
            await ForgetEndedAsync(_long);
            if (call.Waiting == Waiting.Held)
            {
                _long.Add(DeferAsync(call, cancellationToken));
            }
            else
            {
                await _slots.WaitAsync(cancellationToken);
                Task<string?> taken = InSlotAsync(call, cancellationToken);
                _short.Add(taken);
                if (call.CancelAfter is { } patience)
                {
                    _long.Add(CancelAsync(taken, patience));
                }
            }
        }
    }

    /// <summary>Completes when every call but the held ones has its answer. From here on nobody cancels.</summary>
    public async Task SettleAsync()
    {
        await Task.WhenAll(_short);
        await _nobodyCancels.CancelAsync();
    }

    /// <summary>Completes when every call has its answer.</summary>
    public Task EndAsync() => Task.WhenAll(_short.Concat(_long));

    public void Dispose()
    {
        _nobodyCancels.Cancel();
        _nobodyCancels.Dispose();
        _http.Dispose();
        _slots.Dispose();
    }

    private static async Task ForgetEndedAsync(List<Task> calls)
    {
        if (calls.Find(call => call.IsFaulted) is { } broken)
        {
            await broken;
        }

        if (calls.Count > MaxAtOnce)
        {
            calls.RemoveAll(call => call.IsCompletedSuccessfully);
        }
    }

    /// <summary>The id of a deferred request that was taken, else null.</summary>
    private async Task<string?> InSlotAsync(PlannedCall call, CancellationToken cancellationToken)
    {
        try
        {
            if (call.Waiting != Waiting.Urgent)
            {
                return await DeferAsync(call, cancellationToken);
            }

            await AskNowAsync(call, cancellationToken);
            return null;
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task AskNowAsync(PlannedCall call, CancellationToken cancellationToken)
    {
        long begun = clock.GetTimestamp();
        using HttpResponseMessage answer = await SendAsync(call, 0, cancellationToken);
        await answer.Content.CopyToAsync(Stream.Null, cancellationToken);
        if (answer.Headers.Contains(RequestId))
        {
            tally.EndUrgent(answer.IsSuccessStatusCode, clock.GetElapsedTime(begun));
        }
        else
        {
            tally.Refuse();
        }
    }

    /// <summary>The request's id; null when it was refused. A held call is repeated when the gateway's hold limit comes.</summary>
    private async Task<string?> DeferAsync(PlannedCall call, CancellationToken cancellationToken)
    {
        for (int retry = 0; ; retry++)
        {
            using HttpResponseMessage answer = await SendAsync(call, retry, cancellationToken);
            if (!answer.Headers.TryGetValues(RequestId, out IEnumerable<string>? ids))
            {
                tally.Refuse();
                return null;
            }

            string id = ids.Single();
            tally.TookDeferred(id);
            await answer.Content.CopyToAsync(Stream.Null, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.RequestTimeout)
            {
                return id;
            }
        }
    }

    private async Task CancelAsync(Task<string?> taken, TimeSpan patience)
    {
        if (await taken is not { } id)
        {
            return;
        }

        try
        {
            await Task.Delay(patience, clock, _nobodyCancels.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        using HttpResponseMessage answer = await _http.PostAsync(new Uri($"/leeway/requests/{id}/cancel", UriKind.Relative), null, CancellationToken.None);

        // A conflict means that it had already ended.
        if (answer.StatusCode != HttpStatusCode.Conflict)
        {
            answer.EnsureSuccessStatusCode();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(PlannedCall call, int retry, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, call.Path) { Content = new StringContent(call.Body, Encoding.UTF8, "application/json") };
        foreach ((string name, string value) in call.Headers)
        {
            message.Headers.Add(name, value);
        }

        if (retry > 0)
        {
            message.Headers.Add("x-stainless-retry-count", retry.ToString(CultureInfo.InvariantCulture));
        }

        return await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}
