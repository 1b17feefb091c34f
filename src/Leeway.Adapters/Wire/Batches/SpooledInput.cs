using System.IO.Pipelines;
using System.Net;

namespace Leeway.Adapters.Wire.Batches;

/// <summary>
/// A batch's input in a temporary file, for vendors that want its length before its bytes. The file has no name that anybody could open
/// it by once it is there, and goes with the handle.
/// </summary>
internal sealed class SpooledInput : IAsyncDisposable
{
    private const int BlockBytes = 64 * 1024;

    private readonly FileStream _file;

    private SpooledInput(FileStream file) => _file = file;

    /// <summary>Bytes.</summary>
    public long Length => _file.Length;

    /// <summary>Calls <paramref name="write"/> once; what it throws is thrown on.</summary>
    public static async Task<SpooledInput> WriteAsync(Func<PipeWriter, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(Path.Combine(Path.GetTempPath(), "leeway-" + Path.GetRandomFileName()), options);
        try
        {
            PipeWriter writer = PipeWriter.Create(file, new StreamPipeWriterOptions(minimumBufferSize: BlockBytes, leaveOpen: true));
            await write(writer, cancellationToken);
            await writer.FlushAsync(cancellationToken);
            await writer.CompleteAsync();
            return new SpooledInput(file);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>The input as it is sent: from its start, with its length.</summary>
    /// <param name="patience">Touched with each block that the connection takes.</param>
    public HttpContent ToContent(Patience patience) => new Content(_file, patience);

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private sealed class Content(FileStream file, Patience patience) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            byte[] block = new byte[BlockBytes];
            file.Position = 0;
            int read;
            while ((read = await file.ReadAsync(block, cancellationToken)) > 0)
            {
                await stream.WriteAsync(block.AsMemory(0, read), cancellationToken);
                patience.Touch();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = file.Length;
            return true;
        }
    }
}
