using Microsoft.Win32.SafeHandles;

namespace Leeway.Sandbox.Files;

/// <summary>Collects bytes of unknown length: in memory up to a size, from there on in a temporary file.</summary>
internal sealed class Spool(string folder, int memoryBytes) : IDisposable
{
    private const int BlockBytes = 256 * 1024;

    private readonly MemoryStream _buffer = new();
    private SafeFileHandle? _handle;
    private long _inFile;

    public long Length => _inFile + _buffer.Length;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _buffer.Write(bytes);
        if (_buffer.Length > (_handle is null ? memoryBytes : BlockBytes))
        {
            MoveToFile();
        }
    }

    /// <summary>What was written; nothing may be written after it.</summary>
    public FileContent ToContent()
    {
        if (_handle is null)
        {
            return new FileContent(_buffer.ToArray());
        }

        MoveToFile();
        var content = new FileContent(_handle, _inFile);
        _handle = null;
        return content;
    }

    public void Dispose()
    {
        _handle?.Dispose();
        _buffer.Dispose();
    }

    private void MoveToFile()
    {
        _handle ??= File.OpenHandle(
            Path.Combine(folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        RandomAccess.Write(_handle, _buffer.GetBuffer().AsSpan(0, (int)_buffer.Length), _inFile);
        _inFile += _buffer.Length;
        _buffer.SetLength(0);
    }
}
