using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Leeway.Storage.Files;

/// <summary>What the framework does not offer for durability on Unix. On other systems a rename is as durable as its file system makes it.</summary>
internal static class FileSync
{
    private const int ReadOnly = 0;

    /// <summary>Flushes a file's bytes and length, not its times.</summary>
    public static void Data(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
        {
            Check(DataSync(file), "fdatasync");
        }
        else
        {
            RandomAccess.FlushToDisk(file);
        }
    }

    /// <summary>Flushes a file that is closed.</summary>
    public static void Whole(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Makes the names in a folder durable: a rename is lost with the power otherwise.</summary>
    public static void Names(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return;
        }

        int descriptor = Open(folder, ReadOnly);
        Check(descriptor, "open");
        try
        {
            Check(Sync(descriptor), "fsync");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new IOException($"{call} failed: {Marshal.GetPInvokeErrorMessage(error)}.", error);
        }
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int DataSync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
