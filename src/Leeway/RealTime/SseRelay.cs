using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Leeway.RealTime;

/// <summary>How a relayed stream ended.</summary>
/// <param name="Error">Null when it ended as the protocol says.</param>
/// <param name="Usage">The provider's count, when it told it.</param>
/// <param name="Bytes">Bytes relayed.</param>
internal readonly record struct StreamEnd(ProviderError? Error, ReportedUsage? Usage, long Bytes);

/// <summary>
/// Relays server-sent events byte for byte, whole events only: an event is held back until its blank line came, so that a stream which
/// breaks never leaves half an event with the client. One write and one flush per read.
/// </summary>
internal static class SseRelay
{
    private const int MaxEventBytes = 8 * 1024 * 1024;
    private const int BufferBytes = 16 * 1024;

    public static async Task<StreamEnd> RunAsync(ProviderAnswer answer, string endpoint, IProvider provider, Deployment deployment, PipeWriter output, PhaseDeadline deadline)
    {
        var reader = new SseEventReader(provider, endpoint, answer.UsageEventIsOurs);
        byte[] buffer = [];
        int filled = 0;
        long relayed = 0;
        try
        {
            while (true)
            {
                int read;
                try
                {
                    // A wait needs no memory. What is rented after it was used last on this thread, and is still in a near cache.
                    if (filled == 0)
                    {
                        ValueTask<int> waiting = answer.Body!.ReadAsync(Memory<byte>.Empty, deadline.Token);
                        if (!waiting.IsCompleted)
                        {
                            deadline.Enter(Phase.Idle);
                            GiveBack(ref buffer);
                        }

                        await waiting;
                    }

                    buffer = buffer.Length > 0 ? buffer : ArrayPool<byte>.Shared.Rent(BufferBytes);
                    ValueTask<int> reading = answer.Body!.ReadAsync(buffer.AsMemory(filled), deadline.Token);
                    if (!reading.IsCompleted)
                    {
                        deadline.Enter(Phase.Idle);
                    }

                    read = await reading;
                }
                catch (Exception exception) when (exception is IOException or HttpRequestException)
                {
                    return reader.End(reader.IsComplete ? null : new ProviderError(ProviderErrorKind.StreamCut, "The provider's stream broke off."), relayed);
                }
                catch (ProviderException exception)
                {
                    // What comes cannot be said in the client's dialect.
                    return reader.End(exception.Error, relayed);
                }

                if (read == 0)
                {
                    return reader.End(reader.IsComplete ? null : new ProviderError(ProviderErrorKind.StreamCut, "The provider's stream ended before the answer did."), relayed);
                }

                filled += read;
                int consumed = reader.Process(buffer.AsSpan(0, filled), output, out int written, out ProviderError? error);
                relayed += written;
                if (written > 0)
                {
                    FlushResult flush = await output.FlushAsync(deadline.Token);
                    if (flush.IsCompleted)
                    {
                        return reader.End(new ProviderError(ProviderErrorKind.CallerLeft, "The caller left before the answer was complete."), relayed);
                    }
                }

                // Nothing comes after the end marker, whether or not the provider closes the stream.
                if (error is not null || reader.IsDone)
                {
                    return reader.End(WithoutCredential(error, deployment), relayed);
                }

                buffer.AsSpan(consumed, filled - consumed).CopyTo(buffer);
                filled -= consumed;
                if (filled == buffer.Length)
                {
                    if (filled >= MaxEventBytes)
                    {
                        return reader.End(new ProviderError(ProviderErrorKind.MalformedAnswer, $"The provider sent an event of more than {MaxEventBytes} bytes."), relayed);
                    }

                    buffer = Grow(buffer, filled);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return reader.End(reader.IsComplete && deadline.Expired is not null ? null : deadline.ErrorNow(deployment), relayed);
        }
        finally
        {
            GiveBack(ref buffer);
        }
    }

    // An error is told in the provider's words, unless they repeat what only the two of us may know.
    private static ProviderError? WithoutCredential(ProviderError? error, Deployment deployment) =>
        error is not null && deployment.ApiKey is { Length: > 0 } key && error.Body.Span.IndexOf(Encoding.UTF8.GetBytes(key)) >= 0 ? error with { Body = default } : error;

    private static void GiveBack(ref byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    private static byte[] Grow(byte[] buffer, int filled)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
