namespace Leeway.Tests.Storage;

/// <summary>That no suite is applied to one database only.</summary>
public sealed class ConformanceTests
{
    private static readonly string[] s_databases = ["Postgres", "Sqlite"];

    [Fact]
    public void Every_suite_is_applied_to_every_database()
    {
        Type[] types = typeof(StoreConformance).Assembly.GetTypes();
        Type[] suites = [.. types.Where(static type => type.IsAbstract && type != typeof(StoreConformance) && type.IsSubclassOf(typeof(StoreConformance)))];

        Assert.True(suites.Length >= 12);
        Assert.All(suites, suite =>
        {
            Assert.Contains(suite.GetMethods(), static method => method.IsDefined(typeof(FactAttribute), inherit: true));
            string[] applied = [.. types.Where(type => type.BaseType == suite).Select(static type => type.Name)];
            Assert.All(s_databases, database => Assert.Contains(database + suite.Name.Replace("Conformance", "Tests", StringComparison.Ordinal), applied));
        });
    }
}
