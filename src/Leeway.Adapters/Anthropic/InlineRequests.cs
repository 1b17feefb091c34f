using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Leeway.Adapters.Wire.Batches;

namespace Leeway.Adapters.Anthropic;

/// <summary>
/// The body of a create: <c>{"requests":[…]}</c>, whose elements are written line by line straight to the connection, so that memory stays
/// bounded. Can be sent once.
/// </summary>
internal sealed class InlineRequests : HttpContent
{
    private readonly Func<PipeWriter, CancellationToken, Task> _writeInput;
    private readonly Patience _patience;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _sent;

    public InlineRequests(Func<PipeWriter, CancellationToken, Task> writeInput, Patience patience)
    {
        _writeInput = writeInput;
        _patience = patience;
        Headers.TryAddWithoutValidation("Content-Type", "application/json");
    }

    /// <summary>What the writer of the input threw: its own fault and not the provider's.</summary>
    public Exception? InputFailure { get; private set; }

    /// <summary>Done once nothing writes any more: an early answer does not stop the writer at once.</summary>
    public Task Ended => _sent ? _ended.Task : Task.CompletedTask;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_sent)
        {
            throw new InvalidOperationException("The input is written once.");
        }

        _sent = true;
        try
        {
            await WriteAsync(stream, cancellationToken);
        }
        finally
        {
            _ended.SetResult();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync("{\"requests\":["u8.ToArray(), cancellationToken);
        var lines = new Pipe(new PipeOptions(minimumSegmentSize: 64 * 1024, useSynchronizationContext: false));
        Task writing = FillAsync(lines.Writer, cancellationToken);
        try
        {
            await CopyAsync(lines.Reader, stream, cancellationToken);
        }
        finally
        {
            await lines.Reader.CompleteAsync();
            await writing;
        }

        await stream.WriteAsync("]}"u8.ToArray(), cancellationToken);
    }

    private async Task FillAsync(PipeWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            await _writeInput(writer, cancellationToken);
            await writer.CompleteAsync();
        }
        catch (Exception e)
        {
            // The reader throws it; the connection then breaks within the array.
            InputFailure = cancellationToken.IsCancellationRequested ? null : e;
            await writer.CompleteAsync(e);
        }
    }

    /// <summary>Lines become elements: the feed behind each becomes the comma in front of the next.</summary>
    private async Task CopyAsync(PipeReader reader, Stream stream, CancellationToken cancellationToken)
    {
        bool comma = false;
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken);
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                if (segment.IsEmpty)
                {
                    continue;
                }

                byte[] block = ArrayPool<byte>.Shared.Rent(segment.Length + 1);
                int length = 0;
                if (comma)
                {
                    block[length++] = (byte)',';
                }

                segment.Span.CopyTo(block.AsSpan(length));
                length += segment.Length;
                comma = block[length - 1] == (byte)'\n';
                length -= comma ? 1 : 0;
                block.AsSpan(0, length).Replace((byte)'\n', (byte)',');
                await stream.WriteAsync(block.AsMemory(0, length), cancellationToken);
                ArrayPool<byte>.Shared.Return(block);
                _patience.Touch();
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }
}
