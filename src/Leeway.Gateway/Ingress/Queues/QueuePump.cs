using System.Threading.Channels;
using Leeway.Queue;
using Leeway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Ingress.Queues;

/// <summary>
/// Receives the messages of one queue.
/// <list type="number">
/// <item>No more are received than can be worked on, and none while the gateway has too much open or cannot write.</item>
/// <item>A message's requests are made durable. What cannot be accepted goes to the dead letters with its reason.</item>
/// <item>Only then is the message acknowledged. A crash in between brings it again, and it is known.</item>
/// <item>When it is not its fault, the message is given back.</item>
/// </list>
/// </summary>
internal sealed partial class QueuePump(
    string name, QueueConfig config, IMessageQueue queue, MessageIntake intake, QueueCallers callers, QueueIndex index, LeewayInstruments instruments,
    TimeProvider clock, ILogger<QueuePump> logger) : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    // How long a message that met a fault of ours stays away, and how long the stop waits for what is in work.
    private static readonly TimeSpan s_away = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly MessagesInWork _inWork = new(clock);
    private readonly Channel<QueueMessage> _done = Channel.CreateUnbounded<QueueMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _freed = new(0, int.MaxValue);
    private Task _running = Task.CompletedTask;
    private int _failedRounds;
    private volatile bool _hasFailed;
    private string? _blocked;

    /// <summary>What it was made from.</summary>
    public QueueConfig Config => config;

    /// <summary>Begins to receive.</summary>
    public void Start() => _running = Task.WhenAll(
        Task.Run(ReceiveAsync, CancellationToken.None), Task.Run(AcknowledgeAsync, CancellationToken.None), Task.Run(KeepAsync, CancellationToken.None));

    /// <summary>Receives no more, lets what is in work come to its end for a while, and gives back the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        using (var patience = new CancellationTokenSource(s_patience, clock))
        {
            while (_inWork.Count > 0 && await WaitForRoomAsync(patience.Token))
            {
            }
        }

        _done.Writer.TryComplete();
        await _ending.CancelAsync();
        await _running;
        await ReleaseAsync(_inWork.All(), TimeSpan.Zero);
        queue.Dispose();
        _stopping.Dispose();
        _ending.Dispose();
    }

    private async Task ReceiveAsync()
    {
        // Small takes would be a call for each message.
        int least = Math.Min(queue.MaxReceived, Math.Max(1, config.Concurrency / 4));
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                int room = config.Concurrency - _inWork.Count;
                if (room < least)
                {
                    await WaitForRoomAsync(_stopping.Token);
                    continue;
                }

                if (FindSource() is not { } source)
                {
                    await Task.Delay(s_pause, clock, _stopping.Token);
                    continue;
                }

                if (_hasFailed)
                {
                    await Task.Delay(Backoff(++_failedRounds), clock, _stopping.Token);
                    _hasFailed = false;
                }

                // After a fault one message tells whether it has passed.
                IReadOnlyList<QueueMessage> messages = await queue.ReceiveAsync(_failedRounds > 0 ? 1 : Math.Min(room, queue.MaxReceived), _stopping.Token);
                _failedRounds = messages.Count == 0 ? 0 : _failedRounds;
                Begin(source, messages);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                _hasFailed = true;
                LogReceiving(logger, name, exception);
            }
        }
    }

    private void Begin(QueueSource source, IReadOnlyList<QueueMessage> messages)
    {
        // All of them are kept on before the first is worked on.
        foreach (QueueMessage message in messages)
        {
            _inWork.Add(message);
        }

        foreach (QueueMessage message in messages)
        {
            _ = Task.Run(() => WorkAsync(source, message), CancellationToken.None);
        }
    }

    private async Task WorkAsync(QueueSource source, QueueMessage message)
    {
        bool keep = false;
        try
        {
            Taken taken = await intake.TakeAsync(
                source,
                message,
                async (body, reason) => keep |= !await RefuseAsync(message, body, reason),
                _ending.Token);
            FailPoint.Hit(FailPoint.AfterMessageAccepted);
            _failedRounds = 0;
            Count("accepted", taken.Accepted);
            Count("repeated", taken.Repeated);
            if (!keep)
            {
                _done.Writer.TryWrite(message);
                return;
            }

            // The queue's own rules decide how often it comes again, and what becomes of it then.
            Finish(message);
        }
        catch (Exception exception)
        {
            if (!_ending.IsCancellationRequested)
            {
                _hasFailed = true;
                Count("released", 1);
                LogReleased(logger, name, message.Id, exception);
                await ReleaseAsync([message], s_away);
            }

            Finish(message);
        }
    }

    /// <returns>False when there are no dead letters.</returns>
    private async Task<bool> RefuseAsync(QueueMessage message, ReadOnlyMemory<byte> body, DeadLetterReason reason)
    {
        Count("refused", 1);
        LogRefused(logger, name, message.Id, message.Receipts, reason.Line, reason.Code, reason.Field, reason.Message);
        if (!queue.HasDeadLetters)
        {
            return false;
        }

        await queue.DeadLetterAsync(message, body, reason, _ending.Token);
        return true;
    }

    // Acknowledgements share calls: while one is under way, others gather.
    private async Task AcknowledgeAsync()
    {
        var group = new List<QueueMessage>();
        while (await _done.Reader.WaitToReadAsync())
        {
            while (group.Count < queue.MaxReceived && _done.Reader.TryRead(out QueueMessage? message))
            {
                group.Add(message);
            }

            try
            {
                await queue.AcknowledgeAsync(group, CancellationToken.None);
            }
            catch (Exception exception)
            {
                // They come again and are known then.
                LogAcknowledging(logger, name, group.Count, exception);
            }

            group.ForEach(Finish);
            group.Clear();
        }
    }

    private async Task KeepAsync()
    {
        TimeSpan third = config.Visibility / 3;
        try
        {
            using var timer = new PeriodicTimer(third, clock);
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                QueueMessage[] due = _inWork.TakeDue(third);
                if (due.Length > 0)
                {
                    await TryAsync(() => queue.ExtendAsync(due, _ending.Token));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The pump ends.
        }
    }

    private QueueSource? FindSource()
    {
        bool loading = index.IsLoading;
        bool full = loading || index.Count >= config.MaxOpen;
        string? why = null;
        QueueSource? source = !full && callers.Find(name, config, out why) is { } caller ? new QueueSource(name, config, caller) : null;
        string? blocked = loading ? "waiting requests are still being read from the store" : full ? $"{index.Count} requests are open (max_open: {config.MaxOpen})" : why;
        if (blocked is not null && _blocked is null)
        {
            LogBlocked(logger, name, blocked);
        }

        _blocked = blocked;
        return source;
    }

    private async Task<bool> WaitForRoomAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _freed.WaitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Finish(QueueMessage message)
    {
        _inWork.Remove(message);
        _freed.Release();
    }

    private Task ReleaseAsync(QueueMessage[] messages, TimeSpan delay) =>
        messages.Length == 0 ? Task.CompletedTask : TryAsync(() => queue.ReleaseAsync(messages, delay, CancellationToken.None));

    // What fails here costs time: the message comes again when the queue has waited long enough.
    private async Task TryAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception exception) when (!_ending.IsCancellationRequested || exception is not OperationCanceledException)
        {
            LogKeeping(logger, name, exception);
        }
    }

    private static TimeSpan Backoff(int round)
    {
        TimeSpan wait = s_pause * Math.Pow(2, Math.Min(round, 10) - 1);
        return wait < s_longestPause ? wait : s_longestPause;
    }

    private void Count(string outcome, int requests)
    {
        if (requests > 0)
        {
            instruments.QueueMessages.Add(requests, new KeyValuePair<string, object?>("queue", name), new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    [LoggerMessage(EventId = 9401, Level = LogLevel.Warning, Message = "The queue '{Queue}': message {Id}, received {Receipts} times, line {Line}: refused with {Code} ({Field}): {Reason}")]
    private static partial void LogRefused(ILogger logger, string queue, string id, int receipts, int? line, string code, string? field, string reason);

    [LoggerMessage(EventId = 9402, Level = LogLevel.Warning, Message = "The queue '{Queue}': message {Id} cannot be accepted now and was given back")]
    private static partial void LogReleased(ILogger logger, string queue, string id, Exception exception);

    [LoggerMessage(EventId = 9403, Level = LogLevel.Error, Message = "Nothing could be received from the queue '{Queue}'; it is tried again")]
    private static partial void LogReceiving(ILogger logger, string queue, Exception exception);

    [LoggerMessage(EventId = 9404, Level = LogLevel.Warning, Message = "{Count} messages of the queue '{Queue}' could not be acknowledged; they come again and are known then")]
    private static partial void LogAcknowledging(ILogger logger, string queue, int count, Exception exception);

    [LoggerMessage(EventId = 9405, Level = LogLevel.Warning, Message = "Messages of the queue '{Queue}' could not be kept on or given back; they come again by themselves")]
    private static partial void LogKeeping(ILogger logger, string queue, Exception exception);

    [LoggerMessage(EventId = 9406, Level = LogLevel.Warning, Message = "Nothing is received from the queue '{Queue}' for now: {Reason}")]
    private static partial void LogBlocked(ILogger logger, string queue, string reason);
}
