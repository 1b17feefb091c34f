using Leeway.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Storage;

/// <summary>Real files in a folder of the test's own.</summary>
internal static class SqliteTestStores
{
    public static async Task<TestStores> OpenAsync()
    {
        string folder = Directory.CreateTempSubdirectory("leeway-storage-").FullName;
        LeewayStorage storage = await OpenAsync(folder);
        return TestStores.Of(storage, async () =>
        {
            await storage.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        });
    }

    public static Task<LeewayStorage> OpenAsync(string folder) =>
        LeewayStorage.OpenSqliteAsync(folder, TimeProvider.System, null, NullLogger.Instance, TestContext.Current.CancellationToken);
}

public sealed class SqliteRequestStoreTests : RequestStoreConformance
{
    protected override Task<TestStores> OpenAsync() => SqliteTestStores.OpenAsync();
}

public sealed class SqliteRequestListTests : RequestListConformance
{
    protected override Task<TestStores> OpenAsync() => SqliteTestStores.OpenAsync();
}

public sealed class SqliteTeamTests : TeamConformance
{
    protected override Task<TestStores> OpenAsync() => SqliteTestStores.OpenAsync();
}

public sealed class SqliteKeyStoreTests : KeyStoreConformance
{
    protected override Task<TestStores> OpenAsync() => SqliteTestStores.OpenAsync();
}

public sealed class SqliteBatchStoreTests : BatchStoreConformance
{
    protected override Task<TestStores> OpenAsync() => SqliteTestStores.OpenAsync();
}

public sealed class SqliteClientBatchStoreTests : ClientBatchStoreConformance
{
    protected override Task<TestStores> OpenAsync() => SqliteTestStores.OpenAsync();
}

public sealed class SqliteResultStoreTests : ResultStoreConformance
{
    protected override Task<TestStores> OpenAsync() => SqliteTestStores.OpenAsync();
}

public sealed class SqliteLedgerStoreTests : LedgerStoreConformance
{
    protected override Task<TestStores> OpenAsync() => SqliteTestStores.OpenAsync();
}

public sealed class SqliteDeliveryStoreTests : DeliveryStoreConformance
{
    protected override Task<TestStores> OpenAsync() => SqliteTestStores.OpenAsync();
}

public sealed class SqliteMailStoreTests : MailStoreConformance
{
    protected override Task<TestStores> OpenAsync() => SqliteTestStores.OpenAsync();
}

public sealed class SqlitePickupStoreTests : PickupStoreConformance
{
    protected override Task<TestStores> OpenAsync() => SqliteTestStores.OpenAsync();
}

public sealed class SqlitePlanStoreTests : PlanStoreConformance
{
    protected override Task<TestStores> OpenAsync() => SqliteTestStores.OpenAsync();
}

public sealed class SqliteRequestStateModelTests : RequestStateModelConformance
{
    protected override Task<TestStores> OpenAsync() => SqliteTestStores.OpenAsync();
}

public sealed class SqliteSharedLimitTests : SharedLimitConformance
{
    protected override Task<TestStores> OpenAsync() => SqliteTestStores.OpenAsync();
}
