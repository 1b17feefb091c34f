using Leeway.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Storage.Postgres;

/// <summary>A database of the test's own on a real server.</summary>
internal static class PostgresTestStores
{
    public static async Task<TestStores> OpenAsync()
    {
        TestPostgres server = await TestPostgres.Server;
        string database = await server.CreateDatabaseAsync(TestDatabases.MigrateAsync);
        string folder = Directory.CreateTempSubdirectory("leeway-storage-").FullName;
        LeewayStorage storage = await OpenAsync(database, folder);
        return TestStores.Of(storage, async () =>
        {
            await storage.DisposeAsync();
            await server.ReleaseAsync(database);
            Directory.Delete(folder, recursive: true);
        });
    }

    public static Task<LeewayStorage> OpenAsync(string database, string folder) =>
        LeewayStorage.OpenPostgresAsync(database, folder, TimeProvider.System, null, NullLogger.Instance, CancellationToken.None);
}

public sealed class PostgresRequestStoreTests : RequestStoreConformance
{
    protected override Task<TestStores> OpenAsync() => PostgresTestStores.OpenAsync();
}

public sealed class PostgresRequestListTests : RequestListConformance
{
    protected override Task<TestStores> OpenAsync() => PostgresTestStores.OpenAsync();
}

public sealed class PostgresTeamTests : TeamConformance
{
    protected override Task<TestStores> OpenAsync() => PostgresTestStores.OpenAsync();
}

public sealed class PostgresKeyStoreTests : KeyStoreConformance
{
    protected override Task<TestStores> OpenAsync() => PostgresTestStores.OpenAsync();
}

public sealed class PostgresBatchStoreTests : BatchStoreConformance
{
    protected override Task<TestStores> OpenAsync() => PostgresTestStores.OpenAsync();
}

public sealed class PostgresClientBatchStoreTests : ClientBatchStoreConformance
{
    protected override Task<TestStores> OpenAsync() => PostgresTestStores.OpenAsync();
}

public sealed class PostgresResultStoreTests : ResultStoreConformance
{
    protected override Task<TestStores> OpenAsync() => PostgresTestStores.OpenAsync();
}

public sealed class PostgresLedgerStoreTests : LedgerStoreConformance
{
    protected override Task<TestStores> OpenAsync() => PostgresTestStores.OpenAsync();
}

public sealed class PostgresDeliveryStoreTests : DeliveryStoreConformance
{
    protected override Task<TestStores> OpenAsync() => PostgresTestStores.OpenAsync();
}

public sealed class PostgresMailStoreTests : MailStoreConformance
{
    protected override Task<TestStores> OpenAsync() => PostgresTestStores.OpenAsync();
}

public sealed class PostgresPickupStoreTests : PickupStoreConformance
{
    protected override Task<TestStores> OpenAsync() => PostgresTestStores.OpenAsync();
}

public sealed class PostgresPlanStoreTests : PlanStoreConformance
{
    protected override Task<TestStores> OpenAsync() => PostgresTestStores.OpenAsync();
}

public sealed class PostgresRequestStateModelTests : RequestStateModelConformance
{
    protected override Task<TestStores> OpenAsync() => PostgresTestStores.OpenAsync();
}

public sealed class PostgresSharedLimitTests : SharedLimitConformance
{
    protected override Task<TestStores> OpenAsync() => PostgresTestStores.OpenAsync();
}
