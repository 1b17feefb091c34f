using Microsoft.Win32.SafeHandles;

namespace Leeway.Sandbox.Files;

/// <summary>The bytes of a stored file, in memory or in a temporary file. Readable from any thread at any offset; a temporary file goes with the last reference.</summary>
internal sealed class FileContent
{
    private readonly byte[]? _memory;
    private readonly SafeFileHandle? _handle;

    public FileContent(byte[] memory)
    {
        _memory = memory;
        Length = memory.Length;
    }

    /// <param name="handle">Opened to be deleted on close, so finalisation of the handle frees the disk.</param>
    public FileContent(SafeFileHandle handle, long length)
    {
        _handle = handle;
        Length = length;
    }

    public long Length { get; }

    /// <summary>Reads up to the length of <paramref name="target"/>; 0 at the end.</summary>
    public int Read(long offset, Span<byte> target)
    {
        if (_handle is not null)
        {
            return RandomAccess.Read(_handle, target, offset);
        }

        var count = (int)Math.Min(target.Length, Length - offset);
        _memory.AsSpan((int)offset, count).CopyTo(target);
        return count;
    }

    public void ReadExactly(long offset, Span<byte> target)
    {
        while (target.Length > 0)
        {
            var count = Read(offset, target);
            if (count == 0)
            {
                throw new EndOfStreamException("A stored file is shorter than its index says.");
            }

            offset += count;
            target = target[count..];
        }
    }

    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        if (_memory is not null)
        {
            await target.WriteAsync(_memory, cancellationToken);
            return;
        }

        var buffer = new byte[128 * 1024];
        for (long offset = 0; Read(offset, buffer) is > 0 and var count; offset += count)
        {
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }
}
