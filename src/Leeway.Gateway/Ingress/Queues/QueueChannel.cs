using System.Collections.Concurrent;
using Leeway.Delivery;
using Leeway.Gateway.Ingress.Requests;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Queues;

/// <summary>
/// Results as messages: the request object with its response, under one id however often it is sent. The target is a queue's name in the
/// configuration, so that a changed address or credential holds for what waits too.
/// </summary>
internal sealed class QueueChannel(IRequestStore requests, IConfigSource config, TimeProvider clock) : IDeliveryChannel, IDisposable
{
    // Attributes, and what a server counts besides.
    private const int Allowance = 4096;

    private readonly ConcurrentDictionary<(string Name, QueueConfig Config), IMessageQueue> _queues = new();
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public DeliveryChannel Kind => DeliveryChannel.Queue;

    /// <inheritdoc/>
    public IReadOnlyList<TimeSpan> Schedule => config.Current.Delivery.Queues.Schedule;

    /// <inheritdoc/>
    public int WaveSize => 32;

    /// <inheritdoc/>
    public Task<TargetHealth> FindAsync(string target, CancellationToken cancellationToken) => Task.FromResult(HealthOf(target));

    /// <inheritdoc/>
    public async Task<DeliveryAttempt> SendAsync(DeliveryRecord delivery, CancellationToken cancellationToken)
    {
        if (config.Current.Queues.GetValueOrDefault(delivery.Target) is not { Results: not null } named)
        {
            return new DeliveryAttempt { Error = HealthOf(delivery.Target).Unavailable };
        }

        if (!RequestId.TryParse(delivery.Subject, out RequestId id) || await requests.FindAsync(id, cancellationToken) is not { } record)
        {
            return new DeliveryAttempt { Error = "The request and its result are no longer kept (retention.results).", IsFinal = true };
        }

        IMessageQueue queue = _queues.GetOrAdd((delivery.Target, named), key => QueueClients.Open(key.Name, key.Config, clock));
        TimeSpan timeout = config.Current.Delivery.Queues.Timeout;
        using var limit = new CancellationTokenSource(timeout, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await queue.SendAsync(Compose(delivery, record, queue.MaxBytes - Allowance), linked.Token);
            return new DeliveryAttempt();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryAttempt { Error = $"The queue did not answer within {timeout.TotalSeconds:0.###} s." };
        }
        catch (ProviderException e)
        {
            return new DeliveryAttempt { Error = e.Error.Message, StatusCode = e.Error.StatusCode, RetryAfter = e.Error.RetryAfter };
        }
    }

    /// <inheritdoc/>
    public Task<TargetHealth> NoteAsync(string target, IReadOnlyList<DeliveryAttempt> attempts, CancellationToken cancellationToken)
    {
        if (attempts.Any(attempt => attempt.Delivered))
        {
            _failures.TryRemove(target, out _);
        }
        else if (attempts.Any(attempt => !attempt.IsFinal))
        {
            _failures.AddOrUpdate(target, 1, static (_, before) => before + 1);
        }

        return Task.FromResult(HealthOf(target));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IMessageQueue queue in _queues.Values)
        {
            queue.Dispose();
        }
    }

    private TargetHealth HealthOf(string target) => config.Current.Queues.GetValueOrDefault(target) switch
    {
        null => new TargetHealth(0, $"There is no queue '{target}' in the configuration."),
        { Results: null } => new TargetHealth(0, $"The queue '{target}' has no results in the configuration."),
        _ => new TargetHealth(_failures.GetValueOrDefault(target)),
    };

    private static OutgoingMessage Compose(DeliveryRecord delivery, RequestRecord record, int most)
    {
        byte[] body = Write(delivery, record, withResponse: true);
        if (body.Length > most)
        {
            body = Write(delivery, record, withResponse: false);
        }

        return new OutgoingMessage(delivery.Id.ToString(), body, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["leeway_delivery"] = delivery.Id.ToString(),
            ["leeway_event"] = delivery.Event,
            ["leeway_request"] = delivery.Subject,
        });
    }

    private static byte[] Write(DeliveryRecord delivery, RequestRecord record, bool withResponse) => Json.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", delivery.Id.ToString());
        json.WriteString("type", delivery.Event);
        json.WriteInstant("timestamp", delivery.OccurredAt);

        // A result that no message of this queue can hold is fetched where a poll would find it.
        json.WriteString("response_at", withResponse ? null : $"/leeway/requests/{record.Request.Id}");
        json.WritePropertyName("data");
        RequestObject.Write(json, record, withResponse);
        json.WriteEndObject();
    });
}
