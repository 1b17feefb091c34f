namespace Leeway.Storage.Archives;

/// <summary>How a backup lies in its folder.</summary>
internal static class BackupFolder
{
    public const string ManifestName = "manifest.json";
    private const string TablesName = "tables";
    private const string FilesName = "files";

    public static string Manifest(string folder) => Path.Combine(folder, ManifestName);

    public static string Table(string folder, string table) => Path.Combine(folder, TablesName, table + ".rows.gz");

    public static string Content(string folder, Guid id) => Path.Combine(folder, FilesName, id.ToString("N"));

    /// <summary>Makes it, for nobody else's eyes: it holds prompts, answers and secrets.</summary>
    public static void Create(string folder)
    {
        foreach (string part in new[] { folder, Path.Combine(folder, TablesName), Path.Combine(folder, FilesName) })
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(part);
            }
            else
            {
                Directory.CreateDirectory(part, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
    }

    /// <summary>Makes the names in it durable.</summary>
    public static void Sync(string folder)
    {
        Files.FileSync.Names(Path.Combine(folder, TablesName));
        Files.FileSync.Names(Path.Combine(folder, FilesName));
        Files.FileSync.Names(folder);
    }

    /// <summary>Removes one that was broken off; anything else of that name stays.</summary>
    /// <exception cref="ArchiveException">It is something else.</exception>
    public static void RemovePartial(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        if (Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Except([ManifestName, TablesName, FilesName]).FirstOrDefault() is { } other)
        {
            throw new ArchiveException($"'{folder}' is in the way and is no backup: it holds '{other}'. Nothing was changed. Move it, or name another folder.");
        }

        Directory.Delete(folder, recursive: true);
    }
}
