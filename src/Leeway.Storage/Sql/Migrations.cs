using System.Globalization;
using System.Reflection;

namespace Leeway.Storage.Sql;

/// <summary>
/// The embedded scripts <c>NNNN-name.sql</c> of a database's folder, applied in order of their numbers, each once, in a transaction with
/// its number.
/// </summary>
internal static class Migrations
{
    private const string CreateVersions = "CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER NOT NULL, CONSTRAINT schema_versions_key PRIMARY KEY (version))";
    private const string LoadVersions = "SELECT version FROM schema_versions";
    private const string InsertVersion = "INSERT INTO schema_versions (version) VALUES (?1) ON CONFLICT DO NOTHING";

    /// <summary>The number of a database's newest script.</summary>
    public static int Newest(string dialect) => Scripts(dialect)[^1].Version;

    /// <summary>Brings the schema up to date.</summary>
    /// <param name="writer">Where.</param>
    /// <param name="dialect">The folder of its scripts.</param>
    /// <param name="place">What it is called in messages.</param>
    /// <param name="upTo">The last script that is wanted.</param>
    /// <exception cref="StorageSchemaException">It is newer than the newest script.</exception>
    public static void Apply(Session writer, string dialect, string place, int upTo = int.MaxValue)
    {
        IReadOnlyList<(int Version, string Name)> scripts = Scripts(dialect);
        CreateTable(writer);
        Statement row = writer.Read(LoadVersions);
        var applied = new HashSet<int>();
        while (row.Next())
        {
            applied.Add(row.Int32());
        }

        writer.EndReads();
        if (applied.Count > 0 && applied.Max() is var newest && newest > scripts[^1].Version)
        {
            throw new StorageSchemaException(place, newest, scripts[^1].Version);
        }

        foreach ((int version, string name) in scripts)
        {
            if (version > upTo || applied.Contains(version))
            {
                continue;
            }

            // The number first: of two nodes that start at once, one waits here for the other, and finds that it is done.
            writer.Begin();
            if (writer.Write(InsertVersion).With(version).RunCounted() > 0)
            {
                writer.Execute(Text(name));
            }

            writer.Commit();
        }
    }

    // Of two nodes that make the table at once, one is refused although it asks for it only when there is none.
    private static void CreateTable(Session writer)
    {
        try
        {
            writer.Execute(CreateVersions);
        }
        catch (Exception failure) when (writer.Judge(failure) == WriteFailure.Conflict)
        {
            writer.Execute(CreateVersions);
        }
    }

    /// <summary>A database's scripts, in order.</summary>
    public static List<(int Version, string Name)> Scripts(string dialect) =>
    [
        .. from name in Assembly.GetExecutingAssembly().GetManifestResourceNames()
           where name.StartsWith(dialect, StringComparison.Ordinal)
           let version = int.Parse(name.AsSpan(dialect.Length, 4), NumberStyles.None, CultureInfo.InvariantCulture)
           orderby version
           select (version, name),
    ];

    private static string Text(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
