using Microsoft.Extensions.Logging;

namespace Leeway.Planning.Turnaround;

/// <summary>Keeps what was learnt of turnarounds over restarts. What a crash loses is the last minute of it.</summary>
public sealed partial class TurnaroundKeeper(TurnaroundForecast forecast, ITurnaroundStore store, ILogger<TurnaroundKeeper> logger)
{
    /// <summary>Restores what was saved.</summary>
    /// <param name="open">Every open batch.</param>
    /// <param name="cancellationToken">Ends loading.</param>
    public async Task LoadAsync(IEnumerable<BatchRecord> open, CancellationToken cancellationToken)
    {
        BatchRecord[] running = [.. open.Where(batch => batch.State is BatchState.Submitted or BatchState.Running or BatchState.Finalizing)];
        try
        {
            forecast.Restore(await store.LoadAsync(cancellationToken), running);
        }
        catch (FormatException exception)
        {
            // Forecasts can be learnt anew; a gateway that does not start serves nobody.
            LogUnreadable(logger, exception);
            forecast.Restore(new TurnaroundState(), running);
        }
    }

    /// <summary>Saves what has changed.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (forecast.TakeUnsaved() is not { } state)
        {
            return;
        }

        try
        {
            await store.SaveAsync(state, cancellationToken);
        }
        catch
        {
            forecast.MarkUnsaved();
            throw;
        }
    }

    [LoggerMessage(EventId = 1601, Level = LogLevel.Error, Message = "What was learnt of turnarounds cannot be read; it is learnt anew")]
    private static partial void LogUnreadable(ILogger logger, Exception exception);
}
