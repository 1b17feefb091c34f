using System.Buffers;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Aws;

/// <summary>An event stream of AWS as server-sent events or other bytes, message by message as they come.</summary>
/// <param name="inner">The event stream.</param>
/// <param name="deployment">Whose it is, for errors.</param>
/// <param name="write">Writes what stands for a message, which may be nothing.</param>
internal sealed class ServerSentStream(Stream inner, Deployment deployment, Action<EventStreamMessage, IBufferWriter<byte>> write) : ReadOnlyStream
{
    private readonly EventStreamReader _messages = new(inner);
    private readonly ArrayBufferWriter<byte> _output = new(1024);
    private int _given;
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_given == _output.WrittenCount && !_ended)
        {
            _output.ResetWrittenCount();
            _given = 0;
            try
            {
                if (await _messages.ReadAsync(cancellationToken) is { } message)
                {
                    write(message, _output);
                }
                else
                {
                    _ended = true;
                }
            }
            catch (Exception e) when (e is FormatException or System.Text.Json.JsonException)
            {
                _ended = true;
                throw Failures.Malformed(deployment, e is FormatException ? e.Message : "sent an event that is not JSON", e);
            }
        }

        int count = Math.Min(buffer.Length, _output.WrittenCount - _given);
        _output.WrittenMemory.Slice(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Writes one event. JSON has raw line breaks only between tokens, where a space says the same.</summary>
    public static void WriteEvent(IBufferWriter<byte> output, string name, ReadOnlySpan<byte> json)
    {
        output.Write("event: "u8);
        output.Write(System.Text.Encoding.UTF8.GetBytes(name));
        output.Write("\ndata: "u8);
        Span<byte> line = output.GetSpan(json.Length);
        json.CopyTo(line);
        line = line[..json.Length];
        line.Replace((byte)'\n', (byte)' ');
        line.Replace((byte)'\r', (byte)' ');
        output.Advance(json.Length);
        output.Write("\n\n"u8);
    }
}
