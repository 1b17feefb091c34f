using Microsoft.Extensions.Logging;

namespace Leeway.Simulation.Stages;

/// <summary>
/// The log of a simulation. Production stages log what they did not expect and go on; here that would spoil the figures in silence, so it ends the
/// run.
/// </summary>
internal sealed class FaultLog : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null)
        {
            var fault = new InvalidOperationException("A stage failed in the simulation: " + formatter(state, exception), exception);
            SynchronizationContext.Current!.Post(static thrown => throw (Exception)thrown!, fault);
        }
    }

    public void Dispose()
    {
    }
}
