using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Leeway.Hosting;

/// <summary>Repeats a stage's <c>RunOnceAsync</c>: when it is signalled, when its next instant comes, and at least every <paramref name="atLeast"/>. Decides nothing itself.</summary>
public abstract partial class PathLoop(string name, TimeSpan atLeast, TimeProvider clock, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan Coalesce = TimeSpan.FromMilliseconds(10);

    private readonly SemaphoreSlim _signal = new(0, 1);

    /// <summary>Whether real time goes before its rounds.</summary>
    protected virtual bool IsPatient => true;

    /// <summary>The shortest time from a signal to the round that it asks for.</summary>
    internal static TimeSpan Pause => Coalesce;

    /// <summary>Takes the signals in place of the waiting loop, for who drives the rounds by another clock.</summary>
    internal Action? Driver { get; set; }

    /// <summary>Wakes the loop; signals while it runs are kept, not counted.</summary>
    public void Signal()
    {
        if (Driver is { } driver)
        {
            driver();
            return;
        }

        // The count is looked at first because a full semaphore answers with an exception, which is dear on the way of every request.
        if (_signal.CurrentCount > 0)
        {
            return;
        }

        try
        {
            _signal.Release();
        }
        catch (Exception exception) when (exception is SemaphoreFullException or ObjectDisposedException)
        {
        }
    }

    /// <summary>One round.</summary>
    /// <returns>When the next is due at the latest, or null.</returns>
    protected abstract Task<DateTimeOffset?> RunOnceAsync(CancellationToken cancellationToken);

    /// <summary>
    /// One round more after the loop has ended. When it fails, or a write waits for a database that is away longer than a stop may take, the
    /// process stops all the same.
    /// </summary>
    protected async Task LastRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunOnceAsync(cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            LogFailure(logger, name, exception);
        }
    }

    /// <summary>One round, for who drives it in place of <see cref="ExecuteAsync"/>.</summary>
    internal Task<DateTimeOffset?> RoundAsync(CancellationToken cancellationToken) => RunOnceAsync(cancellationToken);

    /// <summary>How long to wait after a round whose next is due at <paramref name="next"/>.</summary>
    internal TimeSpan WaitAfter(DateTimeOffset? next)
    {
        TimeSpan wait = next is { } due && due - clock.GetUtcNow() is var left && left < atLeast ? left : atLeast;

        // What is due but could not be done would spin.
        return wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(100);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            DateTimeOffset? next = null;
            try
            {
                next = IsPatient ? await PatientWork.RunAsync(() => RunOnceAsync(stoppingToken)) : await RunOnceAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogFailure(logger, name, exception);
            }

            await WaitAsync(next, stoppingToken);
        }
    }

    private async Task WaitAsync(DateTimeOffset? next, CancellationToken stoppingToken)
    {
        using var timer = new CancellationTokenSource(WaitAfter(next), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stoppingToken);
        try
        {
            await _signal.WaitAsync(either.Token);

            // Signals come in swarms when thousands of calls arrive; one round serves them all.
            await Task.Delay(Coalesce, clock, stoppingToken);
        }
        catch (OperationCanceledException)
        {
        }
        catch (ObjectDisposedException) when (stoppingToken.IsCancellationRequested)
        {
            // The time to stop ran out during a round, and everything is gone by its end.
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _signal.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    [LoggerMessage(EventId = 1001, Level = LogLevel.Error, Message = "The {Loop} loop failed and goes on")]
    private static partial void LogFailure(ILogger logger, string loop, Exception exception);
}
