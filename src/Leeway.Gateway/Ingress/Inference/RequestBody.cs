using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>
/// A request's body in one piece of memory. Small bodies of known length stay in the connection's own buffer, which is forwarded as it is;
/// others are gathered in a rented array. Dispose after the answer.
/// </summary>
internal struct RequestBody : IDisposable
{
    // Kestrel buffers up to 1 MB per request; a body that stays in its buffer must be well below.
    private const int InPlaceBytes = 256 * 1024;

    private PipeReader? _reader;
    private SequencePosition _end;
    private byte[]? _rented;

    public ReadOnlyMemory<byte> Memory { get; private set; }

    /// <summary>Reads at most <paramref name="limit"/> bytes; false when the body is larger. A body that came with its head costs no wait.</summary>
    public static ValueTask<(RequestBody Body, bool Fits)> ReadAsync(HttpContext context, long limit)
    {
        long? length = context.Request.ContentLength;
        if (length > limit)
        {
            return new ValueTask<(RequestBody, bool)>((default, false));
        }

        PipeReader reader = context.Request.BodyReader;
        if (length is null or 0 or > InPlaceBytes)
        {
            return GatherAsync(reader, (int)(length ?? 16 * 1024), limit, context.RequestAborted);
        }

        if (reader.TryRead(out ReadResult result))
        {
            if (result.Buffer.Length >= length || result.IsCompleted)
            {
                return new ValueTask<(RequestBody, bool)>((Take(reader, result.Buffer), true));
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        return ReadInPlaceAsync(reader, length.Value, context.RequestAborted);
    }

    public void Dispose()
    {
        _reader?.AdvanceTo(_end);
        _reader = null;
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = null;
        }
    }

    private static async ValueTask<(RequestBody, bool)> ReadInPlaceAsync(PipeReader reader, long length, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.Length >= length || result.IsCompleted)
            {
                return (Take(reader, result.Buffer), true);
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static RequestBody Take(PipeReader reader, in ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsSingleSegment)
        {
            return new RequestBody { _reader = reader, _end = buffer.End, Memory = buffer.First };
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent((int)buffer.Length);
        buffer.CopyTo(rented);
        var body = new RequestBody { _rented = rented, Memory = rented.AsMemory(0, (int)buffer.Length) };
        reader.AdvanceTo(buffer.End);
        return body;
    }

    private static async ValueTask<(RequestBody, bool)> GatherAsync(PipeReader reader, int expected, long limit, CancellationToken cancellationToken)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(Math.Max(expected, 1));
        int filled = 0;
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken);
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                if (filled + segment.Length > limit)
                {
                    ArrayPool<byte>.Shared.Return(rented);
                    reader.AdvanceTo(result.Buffer.End);
                    return (default, false);
                }

                if (filled + segment.Length > rented.Length)
                {
                    rented = Grow(rented, filled, filled + segment.Length);
                }

                segment.CopyTo(rented.AsMemory(filled));
                filled += segment.Length;
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return (new RequestBody { _rented = rented, Memory = rented.AsMemory(0, filled) }, true);
            }
        }
    }

    private static byte[] Grow(byte[] rented, int filled, int needed)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, rented.Length * 2));
        rented.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(rented);
        return larger;
    }
}
