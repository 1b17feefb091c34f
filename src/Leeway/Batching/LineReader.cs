using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Leeway.Batching;

/// <summary>Reads a results file line by line in bounded memory. Each line is a copy of its own, empty lines are passed over.</summary>
internal static class LineReader
{
    // An embeddings row of one input is under 100 KB, a long chat answer under 2 MB.
    private const int MaxLineBytes = 64 * 1024 * 1024;

    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PipeReader reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = result.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } feed)
            {
                ReadOnlySequence<byte> line = buffer.Slice(0, feed);
                if (!line.IsEmpty)
                {
                    yield return line.ToArray();
                }

                buffer = buffer.Slice(buffer.GetPosition(1, feed));
            }

            if (result.IsCompleted)
            {
                if (!buffer.IsEmpty)
                {
                    yield return buffer.ToArray();
                }

                yield break;
            }

            if (buffer.Length > MaxLineBytes)
            {
                throw new ProviderException(new ProviderError(ProviderErrorKind.MalformedAnswer, $"A row of the results file is longer than {MaxLineBytes} bytes."));
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }
}
