using System.Text.RegularExpressions;
using Leeway.Storage;

namespace Leeway.Tests.Storage;

/// <summary>That both databases are brought to the same schemas.</summary>
public sealed partial class MigrationTests
{
    // PostgreSQL came when SQLite had ten of them.
    private const int Baseline = 10;

    [Fact]
    public void Scripts_come_in_pairs_of_one_number_and_name_after_the_baseline()
    {
        string[] sqlite = Scripts("Sqlite/");
        string[] postgres = Scripts("Postgres/");

        Assert.All(sqlite.Concat(postgres), static name => Assert.Matches(Named(), name));
        Assert.StartsWith($"{Baseline:D4}-", postgres[0], StringComparison.Ordinal);
        Assert.Equal(sqlite.Skip(Baseline), postgres.Skip(1));
        Assert.Equal(Enumerable.Range(1, sqlite.Length).Select(static number => number.ToString("D4", null)), sqlite.Select(static name => name[..4]));
    }

    private static string[] Scripts(string dialect) =>
    [
        .. typeof(LeewayStorage).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(dialect, StringComparison.Ordinal)).Select(name => name[dialect.Length..]).Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex(@"^\d{4}-[a-z-]+\.sql$")]
    private static partial Regex Named();
}
