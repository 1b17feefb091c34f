using System.Globalization;

namespace Leeway.Chaos.Processes;

/// <summary>A small disk of its own for a node's data folder, so that it can be filled: a tmpfs, which root alone can mount.</summary>
internal sealed class DataDisk : IAsyncDisposable
{
    private const string FillerName = ".filler";

    private readonly string _folder;

    private DataDisk(string folder) => _folder = folder;

    /// <summary>Whether disks can be made here.</summary>
    public static bool IsAvailable => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Shell.Has("mount");

    /// <summary>Mounts one on a folder; null where that is not allowed.</summary>
    public static async Task<DataDisk?> MountAsync(string folder, int megabytes)
    {
        if (!IsAvailable)
        {
            return null;
        }

        (int code, _) = await Shell.TryAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "tmpfs", folder);
        return code == 0 ? new DataDisk(folder) : null;
    }

    /// <summary>Leaves no room on it.</summary>
    public void Fill()
    {
        byte[] block = new byte[64 * 1024];
        using FileStream filler = File.Create(Path.Combine(_folder, FillerName), bufferSize: 0);
        try
        {
            while (true)
            {
                filler.Write(block);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Free() => File.Delete(Path.Combine(_folder, FillerName));

    public async ValueTask DisposeAsync() => await Shell.TryAsync("umount", "-l", _folder);
}
