using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Responses;

/// <summary>Sends the events of a response from a number on. In the background each waits for its time, and a cancel ends the stream.</summary>
internal static class ResponseStream
{
    public static Task WriteAsync(HttpContext context, SandboxWorld world, ResponseRecord record, int from, StreamFault? fault, CancellationToken cancellationToken)
    {
        var events = ResponseEvents.Of(record);
        return new EventStream(world, context, fault).WriteAsync(
            events.Skip(from),
            sent => ResponseEvents.Error(from + sent),
            sent => record.Answer.Request.Background ? WaitAsync(world, record, from + sent, events.Count, cancellationToken) : Task.FromResult(true),
            cancellationToken);
    }

    private static async Task<bool> WaitAsync(SandboxWorld world, ResponseRecord record, int number, int count, CancellationToken cancellationToken)
    {
        var left = record.Timeline.AtOf(number, count) - world.Clock.Now;
        await Task.WhenAny(world.Clock.DelayAsync(left, cancellationToken), record.Cancelling.Task);
        cancellationToken.ThrowIfCancellationRequested();
        return !record.IsCancelled;
    }
}
