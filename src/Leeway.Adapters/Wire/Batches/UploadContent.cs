using System.IO.Pipelines;
using System.Net;
using System.Text;

namespace Leeway.Adapters.Wire.Batches;

/// <summary>
/// A multipart form with its fields first and the file last, written straight to the connection in chunks: what is in memory is what
/// the writer has not flushed yet. Can be sent once.
/// </summary>
internal sealed class UploadContent : HttpContent
{
    private readonly Func<PipeWriter, CancellationToken, Task> _writeInput;
    private readonly Patience _patience;
    private readonly string _purpose;
    private readonly bool _namesFile;
    private readonly string _boundary;
    private readonly string _fileName;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _sent;

    /// <param name="purpose">The field <c>purpose</c>.</param>
    /// <param name="namesFile">Whether a field <c>file_name</c> names it too.</param>
    /// <param name="fileName">The file's name at the provider.</param>
    /// <param name="boundary">A boundary that the input cannot contain.</param>
    /// <param name="writeInput">Writes the file.</param>
    /// <param name="patience">Touched with each block that the connection takes.</param>
    public UploadContent(string purpose, bool namesFile, string fileName, string boundary, Func<PipeWriter, CancellationToken, Task> writeInput, Patience patience)
    {
        _fileName = fileName.Replace("\"", "%22", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);
        _purpose = purpose;
        _namesFile = namesFile;
        _boundary = boundary;
        _writeInput = writeInput;
        _patience = patience;
        Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");
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
            await WriteFormAsync(stream, cancellationToken);
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

    private async Task WriteFormAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using var watched = new WatchedStream(stream, _patience);
        await watched.WriteAsync(Encoding.UTF8.GetBytes(
            Field("purpose", _purpose) + (_namesFile ? Field("file_name", _fileName) : "") +
            $"--{_boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{_fileName}\"\r\nContent-Type: application/jsonl\r\n\r\n"), cancellationToken);

        PipeWriter writer = PipeWriter.Create(watched, new StreamPipeWriterOptions(minimumBufferSize: 65536, leaveOpen: true));
        try
        {
            await _writeInput(writer, cancellationToken);
            await writer.FlushAsync(cancellationToken);
        }
        catch (Exception e) when (!watched.Failed && !cancellationToken.IsCancellationRequested)
        {
            InputFailure = e;
            throw;
        }
        finally
        {
            // Completing with an error discards what is buffered instead of writing it.
            await writer.CompleteAsync(InputFailure);
        }

        await watched.WriteAsync(Encoding.UTF8.GetBytes($"\r\n--{_boundary}--\r\n"), cancellationToken);
    }

    private string Field(string name, string value) => $"--{_boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n";

    /// <summary>Passes writes on, touches the patience and remembers whether it was the connection that failed.</summary>
    private sealed class WatchedStream(Stream inner, Patience patience) : Stream
    {
        public bool Failed { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                await inner.WriteAsync(buffer, cancellationToken);
                patience.Touch();
            }
            catch
            {
                Failed = true;
                throw;
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => throw new NotSupportedException("An upload is written asynchronously.");

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("An upload is written asynchronously.");

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
