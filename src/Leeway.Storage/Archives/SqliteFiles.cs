using Leeway.Storage.Files;
using Leeway.Storage.Sqlite;

namespace Leeway.Storage.Archives;

/// <summary>Where a SQLite store's parts lie in its folder.</summary>
internal static class SqliteFiles
{
    public static string Database(string folder) => Path.Combine(folder, SqliteDatabase.FileName);

    public static FileContents Contents(string folder) => new(Path.Combine(folder, LeewayStorage.ContentsFolder), new IdSource(TimeProvider.System, new SystemRandomSource()));
}
