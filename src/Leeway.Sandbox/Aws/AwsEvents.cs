using System.Buffers;
using System.Text.Json;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Aws;

/// <summary>Sends an answer as an AWS event stream; one stream fault may break it.</summary>
internal sealed class AwsEvents(SandboxWorld world, HttpContext context, StreamFault? fault)
{
    public const string ContentType = "application/vnd.amazon.eventstream";

    /// <param name="events">A message, and whether it is a piece of the answer, after which the stream pauses.</param>
    /// <param name="error">The exception that tells of a failure inside the stream.</param>
    public async Task WriteAsync(IEnumerable<(EventMessage Message, bool IsChunk)> events, EventMessage error, CancellationToken cancellationToken)
    {
        context.Response.ContentType = ContentType;
        var sent = 0;
        foreach (var (message, isChunk) in events)
        {
            if (fault is not null && sent == fault.AfterEvents)
            {
                await BreakAsync(message, error, cancellationToken);
                return;
            }

            await SendAsync(message.Encode(), cancellationToken);
            sent++;
            if (isChunk)
            {
                await world.Clock.DelayAsync(world.Options.ChunkInterval, cancellationToken);
            }
        }
    }

    public static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, HttpJson.WriterOptions))
        {
            write(json);
        }

        return buffer.WrittenMemory;
    }

    /// <param name="name">Of the exception in the stream's union.</param>
    public static EventMessage Exception(string name, ApiError error, bool hasCapitals = false) =>
        new("exception", name, "application/json", Json(json => AwsJson.WriteError(json, error, hasCapitals)));

    private async Task BreakAsync(EventMessage next, EventMessage error, CancellationToken cancellationToken)
    {
        switch (fault!.Kind)
        {
            case FaultKind.StreamCut:
                // As in a stream of server-sent events: an abort could take messages with it that the client has not read yet.
                throw new IOException("The sandbox cuts this stream.");
            case FaultKind.StreamStall:
                await world.Clock.UntilCancelledAsync(cancellationToken);
                return;
            case FaultKind.StreamGarbage:
                // A whole message with a bit of its payload turned: only its checksum tells.
                var bytes = next.Encode();
                bytes[^5] ^= 1;
                await SendAsync(bytes, cancellationToken);
                return;
            default:
                await SendAsync(error.Encode(), cancellationToken);
                return;
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(bytes, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
