using Leeway.Simulation.Stores;
using Leeway.Tests.Storage;

namespace Leeway.Tests.Simulation;

/// <summary>The simulator's stores, keeping everything, by the suites of what they implement.</summary>
internal static class MemoryTestStores
{
    public static Task<TestStores> OpenAsync()
    {
        var tables = new MemoryTables(null, keepsAll: true);
        return Task.FromResult(new TestStores(
            new MemoryRequestStore(tables), new MemoryBatchStore(tables), new MemoryResultStore(tables), new MemoryLedgerStore(tables), null!, null!, () => ValueTask.CompletedTask)
        {
            ClientBatches = null!,
            Mail = null!,
            Pickups = null!,
            Allowances = null!,
            Plans = null!,
            Files = null!,
            FileContents = null!,
        });
    }
}

public sealed class MemoryBatchStoreTests : BatchStoreConformance
{
    protected override Task<TestStores> OpenAsync() => MemoryTestStores.OpenAsync();
}

public sealed class MemoryRequestStateModelTests : RequestStateModelConformance
{
    protected override Task<TestStores> OpenAsync() => MemoryTestStores.OpenAsync();
}
