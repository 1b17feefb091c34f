using System.Buffers;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Models;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.Wire;

/// <summary>Sends an answer as server-sent events, or as the elements of a JSON array; one stream fault may break it.</summary>
internal sealed class EventStream(SandboxWorld world, HttpContext context, StreamFault? fault)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private bool _isArray;
    private bool _hasBegun;

    public async Task WriteAsync(Answer answer, CancellationToken cancellationToken)
    {
        _isArray = answer.IsArray;
        var whole = await WriteAsync(answer.Events(world.Ids, world.Clock.UnixSeconds), answer.StreamError, _ => Task.FromResult(true), cancellationToken);
        if (whole && answer.StreamEnd is { } end)
        {
            await SendAsync(Encoding.UTF8.GetBytes(end), cancellationToken);
        }
    }

    /// <summary>Sends the events; false when something has ended the stream before its last.</summary>
    /// <param name="error">The event that tells of a failure after so many others.</param>
    /// <param name="ready">Waits until the next may be sent after so many others; false ends the stream.</param>
    public async Task<bool> WriteAsync(
        IEnumerable<ServerEvent> events, Func<int, ServerEvent> error, Func<int, Task<bool>> ready, CancellationToken cancellationToken)
    {
        context.Response.ContentType = _isArray ? "application/json; charset=UTF-8" : "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        var sent = 0;
        foreach (var next in events)
        {
            if (!await ready(sent))
            {
                return false;
            }

            if (fault is not null && sent == fault.AfterEvents)
            {
                await BreakAsync(error(sent), cancellationToken);
                return false;
            }

            await SendAsync(next, cancellationToken);
            sent++;
            if (next.IsChunk)
            {
                await world.Clock.DelayAsync(world.Options.ChunkInterval, cancellationToken);
            }
        }

        return true;
    }

    private async Task SendAsync(ServerEvent one, CancellationToken cancellationToken)
    {
        _buffer.ResetWrittenCount();
        if (one.Name is not null)
        {
            _buffer.Write(Encoding.UTF8.GetBytes($"event: {one.Name}\n"));
        }

        _buffer.Write(!_isArray ? "data: "u8 : _hasBegun ? ",\r\n"u8 : "["u8);
        _hasBegun = true;
        using (var json = new Utf8JsonWriter(_buffer, HttpJson.WriterOptions))
        {
            one.Write(json);
        }

        if (!_isArray)
        {
            _buffer.Write("\n\n"u8);
        }

        await SendAsync(_buffer.WrittenMemory, cancellationToken);
    }

    private async Task BreakAsync(ServerEvent error, CancellationToken cancellationToken)
    {
        switch (fault!.Kind)
        {
            case FaultKind.StreamCut:
                // Kestrel answers an exception after the headers by closing without the last chunk. An abort would reset
                // the connection and could take chunks with it that the client has not read yet.
                await context.Response.Body.FlushAsync(cancellationToken);
                throw new IOException("The sandbox cuts this stream.");
            case FaultKind.StreamStall:
                await context.Response.Body.FlushAsync(cancellationToken);
                await world.Clock.UntilCancelledAsync(cancellationToken);
                return;
            case FaultKind.StreamGarbage:
                byte[] garbage = [.. "data: {\"id\":\"chatcm"u8, 0xFF, 0xFE, 0x00, .. "<html>502</html>\n\n"u8];
                await SendAsync(garbage, cancellationToken);
                return;
            default:
                await SendAsync(error, cancellationToken);
                if (_isArray)
                {
                    await SendAsync("]"u8.ToArray(), cancellationToken);
                }

                return;
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(bytes, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
