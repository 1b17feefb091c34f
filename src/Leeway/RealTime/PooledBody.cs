using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Leeway.RealTime;

/// <summary>A whole answer in rented memory. The head waits for it, because the cost goes into a header.</summary>
internal sealed class PooledBody : IDisposable
{
    // Embeddings of a full input (2,048 vectors of 3,072 floats as text) come near 80 MB.
    private const int MaxBytes = 256 * 1024 * 1024;

    // Beyond this size only the ends are looked at: a full parse would cost more than the relay.
    private const int FullCheckBytes = 64 * 1024;

    private byte[] _buffer;

    private PooledBody(byte[] buffer) => _buffer = buffer;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, Length);

    /// <summary>Reads to the end. Throws <see cref="ProviderException"/> when the connection breaks or the answer is shorter than announced.</summary>
    public static async ValueTask<PooledBody> ReadAsync(ProviderAnswer answer, PhaseDeadline deadline)
    {
        int expected = (int)Math.Min(answer.ContentLength ?? 4096, MaxBytes);
        var body = new PooledBody(ArrayPool<byte>.Shared.Rent(expected + 1));
        try
        {
            Stream stream = answer.Body!;
            while (true)
            {
                ValueTask<int> reading = stream.ReadAsync(body._buffer.AsMemory(body.Length), deadline.Token);
                if (!reading.IsCompleted)
                {
                    deadline.Enter(Phase.Idle);
                }

                int read = await reading;
                if (read == 0)
                {
                    return body;
                }

                body.Length += read;
                if (body.Length == answer.ContentLength)
                {
                    return body;
                }

                if (body.Length == body._buffer.Length)
                {
                    body.Grow();
                }
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            body.Dispose();
            throw new ProviderException(new ProviderError(ProviderErrorKind.StreamCut, "The provider's answer broke off."), exception);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Whether the bytes begin and end as an object does.</summary>
    public bool IsObject() => Trimmed() is [(byte)'{', .., (byte)'}'];

    /// <summary>Whether the bytes are one JSON object, to the last brace; of a large answer only the ends are looked at.</summary>
    public bool IsJson()
    {
        if (!IsObject())
        {
            return false;
        }

        ReadOnlySpan<byte> trimmed = Trimmed();
        if (trimmed.Length > FullCheckBytes)
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(trimmed);
            reader.Read();
            reader.Skip();
            return reader.BytesConsumed == trimmed.Length;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public void CopyTo(PipeWriter output) => output.Write(Span);

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private ReadOnlySpan<byte> Trimmed() => Span.TrimEnd(" \r\n\t"u8).TrimStart(" \r\n\t"u8);

    private void Grow()
    {
        if (_buffer.Length >= MaxBytes)
        {
            throw new ProviderException(new ProviderError(ProviderErrorKind.MalformedAnswer, $"The provider's answer is larger than {MaxBytes} bytes."));
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
