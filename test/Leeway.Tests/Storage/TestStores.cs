using Leeway.Storage;

namespace Leeway.Tests.Storage;

/// <summary>A database under test: the stores, and how to be rid of it.</summary>
public sealed record TestStores(
    IRequestStore Requests, IBatchStore Batches, IResultStore Results, ILedgerStore Ledger, IDeliveryStore Deliveries, IKeyStore Keys, Func<ValueTask> Close) : IAsyncDisposable
{
    public required IClientBatchStore ClientBatches { get; init; }

    public required IMailStore Mail { get; init; }

    public required IPickupStore Pickups { get; init; }

    public required IAllowanceStore Allowances { get; init; }

    public required IPlanStore Plans { get; init; }

    public required IFileStore Files { get; init; }

    public required IFileContents FileContents { get; init; }

    public static TestStores Of(LeewayStorage storage, Func<ValueTask> close) =>
        new(storage.Requests, storage.Batches, storage.Results, storage.Ledger, storage.Deliveries, storage.Keys, close)
        {
            ClientBatches = storage.ClientBatches,
            Mail = storage.Mail,
            Pickups = storage.Pickups,
            Allowances = storage.Allowances,
            Plans = storage.Plans,
            Files = storage.Files,
            FileContents = storage.FileContents,
        };

    public ValueTask DisposeAsync() => Close();
}
