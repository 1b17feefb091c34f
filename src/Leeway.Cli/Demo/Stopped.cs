namespace Leeway.Cli.Demo;

/// <summary>Tells the end of a demo from a failure.</summary>
internal static class Stopped
{
    /// <summary>Whether an error only says that the demo was told to stop: the gateway in this process hears the same signal and may go first.</summary>
    public static bool Explains(Exception error, CancellationToken stop) =>
        stop.IsCancellationRequested && error is (OperationCanceledException or HttpRequestException or IOException);
}
