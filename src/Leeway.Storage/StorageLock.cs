using System.Globalization;
using System.Text;

namespace Leeway.Storage;

/// <summary>
/// The ownership of a folder: a lock on <c>leeway.lock</c> that the operating system ends with the process, however it ends. The owner's
/// process id stands in <c>leeway.pid</c>, because a locked file cannot be read by others.
/// </summary>
internal sealed class StorageLock : IDisposable
{
    private readonly FileStream _file;

    private StorageLock(FileStream file) => _file = file;

    /// <summary>Takes the folder.</summary>
    /// <exception cref="StorageInUseException">Another owner has it.</exception>
    public static StorageLock Take(string folder)
    {
        string pidFile = Path.Combine(folder, "leeway.pid");
        FileStream file;
        try
        {
            file = new FileStream(Path.Combine(folder, "leeway.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (IsTaken(exception))
        {
            throw new StorageInUseException(folder, ReadProcessId(pidFile), exception);
        }

        File.WriteAllText(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), Encoding.ASCII);
        return new StorageLock(file);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // EWOULDBLOCK of Linux and of macOS, and the sharing violation of Windows: .NET has no exception of its own for them.
    private static bool IsTaken(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static int? ReadProcessId(string pidFile)
    {
        try
        {
            return int.TryParse(File.ReadAllText(pidFile), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
