using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;

namespace Leeway.Load.Serving;

/// <summary>
/// The floor of durable taking-in: append and fdatasync, in the groups that the storage's writer makes. One thread drains a channel; each
/// caller is released when its own group is on the disk.
/// </summary>
internal sealed class AppendLog : IAsyncDisposable
{
    private const int GroupLimit = 256;

    private readonly FileStream _file;
    private readonly Channel<Row> _rows = Channel.CreateBounded<Row>(new BoundedChannelOptions(4096) { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly Thread _thread;

    public AppendLog(string folder)
    {
        Directory.CreateDirectory(folder);
        _file = new FileStream(Path.Combine(folder, "append.log"), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _thread = new Thread(Loop) { IsBackground = true, Name = "append" };
        _thread.Start();
    }

    /// <summary>Completes when the bytes are durable. They must not change until then.</summary>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        var row = new Row(bytes);
        await _rows.Writer.WriteAsync(row);
        await row.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _rows.Writer.Complete();
        _thread.Join();
        await _file.DisposeAsync();
    }

    private void Loop()
    {
        var group = new List<Row>(GroupLimit);
        var pieces = new List<ReadOnlyMemory<byte>>(GroupLimit);
        long position = 0;
        while (_rows.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            long bytes = 0;
            while (group.Count < GroupLimit && _rows.Reader.TryRead(out Row? row))
            {
                group.Add(row);
                pieces.Add(row.Bytes);
                bytes += row.Bytes.Length;
            }

            RandomAccess.Write(_file.SafeFileHandle, pieces, position);
            if (DataSync(_file.SafeFileHandle) != 0)
            {
                throw new IOException($"fdatasync failed: {Marshal.GetLastPInvokeError()}.");
            }

            position += bytes;
            foreach (Row row in group)
            {
                row.SetResult();
            }

            group.Clear();
            pieces.Clear();
        }
    }

    // What SQLite calls; the framework only offers fsync.
    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int DataSync(SafeFileHandle file);

    private sealed class Row(ReadOnlyMemory<byte> bytes) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public ReadOnlyMemory<byte> Bytes => bytes;
    }
}
