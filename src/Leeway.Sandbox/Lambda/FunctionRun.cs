using System.Globalization;
using System.Text;
using Leeway.Sandbox.Models;

namespace Leeway.Sandbox.Lambda;

/// <summary>One run of a function: the cold start, if there is one, and the time to its first byte are over when it is returned. Disposing gives its environment back, warm.</summary>
internal sealed class FunctionRun : IDisposable
{
    private readonly FunctionPool _pool;
    private readonly string _function;
    private readonly TimeSpan? _coldStart;
    private readonly TimeSpan _duration;

    private FunctionRun(FunctionPool pool, string function, TimeSpan? coldStart, TimeSpan duration)
    {
        (_pool, _function, _coldStart, _duration) = (pool, function, coldStart, duration);
    }

    /// <param name="digest">Of the answer; null when there is none and nothing is waited for.</param>
    public static async Task<FunctionRun> StartAsync(SandboxWorld world, FunctionPool pool, string function, ulong? digest, CancellationToken cancellationToken)
    {
        TimeSpan? coldStart = pool.Take(function) ? pool.ColdStart : null;
        await world.Clock.DelayAsync(coldStart ?? TimeSpan.Zero, cancellationToken);
        var started = world.Clock.Timestamp();
        if (digest is { } known)
        {
            await world.DelayFirstTokenAsync(ServiceTier.Default, known, cancellationToken);
        }

        return new FunctionRun(pool, function, coldStart, world.Clock.Since(started));
    }

    /// <summary>The end of the log in base64; a cold start shows in it as <c>Init Duration</c>.</summary>
    public string LogTail(string requestId)
    {
        var log = string.Create(CultureInfo.InvariantCulture,
            $"START RequestId: {requestId} Version: $LATEST\nEND RequestId: {requestId}\nREPORT RequestId: {requestId}\tDuration: {_duration.TotalMilliseconds:0.00} ms\t");
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(
            _coldStart is { } init ? string.Create(CultureInfo.InvariantCulture, $"{log}Init Duration: {init.TotalMilliseconds:0.00} ms\t\n") : log + "\n"));
    }

    public void Dispose() => _pool.Release(_function);
}
