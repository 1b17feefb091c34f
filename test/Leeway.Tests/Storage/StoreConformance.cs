namespace Leeway.Tests.Storage;

/// <summary>What every implementation of the stores is put through; a suite per role derives from it, and each database derives from those.</summary>
public abstract class StoreConformance : IAsyncLifetime
{
    protected static readonly DateTimeOffset T0 = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    protected static readonly GroupKey Group = new("openai/gpt-4o", "/v1/chat/completions", "gpt-4o");

    private readonly SeededRandomSource _random = new(7);
    private long _made;

    protected TestStores Stores { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens an empty database.</summary>
    protected abstract Task<TestStores> OpenAsync();

    public async ValueTask InitializeAsync() => Stores = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Stores.DisposeAsync();
    }

    /// <summary>A value that sorts after all made before.</summary>
    protected Guid NextId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.Fill(bytes);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, Interlocked.Increment(ref _made) << 16);
        return new Guid(bytes, bigEndian: true);
    }

    protected NewRequest NewRequest(TimeSpan deadline = default, string body = "{}") => new()
    {
        Id = new RequestId(NextId()),
        Endpoint = Group.Endpoint,
        Model = Group.Model,
        Deployment = Group.Deployment,
        Body = System.Text.Encoding.UTF8.GetBytes(body),
        Priority = Priority.Standard,
        AcceptedAt = T0,
        Deadline = T0 + (deadline == default ? TimeSpan.FromHours(1) : deadline),
        EstimatedInputTokens = 10,
    };

    protected Task<RequestId> AddAsync() => AddAsync(NewRequest());

    protected Task<RequestId> AddAsync(NewRequest request) => Stores.Requests.AddAsync(request, Token);

    protected async Task<RequestRecord> FindAsync(RequestId id) =>
        await Stores.Requests.FindAsync(id, Token) ?? throw new InvalidOperationException($"{id} is missing");

    protected async Task<RequestState> StateAsync(RequestId id) => (await FindAsync(id)).Request.State;

    protected Task<int?> StartAsync(RequestId id) => Stores.Requests.StartAsync(id, Lane.RealTime, "openai/gpt-4o", T0, Token);

    protected BatchRecord NewBatch() => new()
    {
        Id = new BatchId(NextId()),
        State = BatchState.Sealed,
        Group = Group,
        Priority = Priority.Standard,
        SealReason = "requests",
        SealedAt = T0.AddMinutes(1),
        EarliestDeadline = T0,
        Requests = 1,
        Bytes = 0,
        EstimatedInputTokens = 0,
    };

    protected async Task<BatchRecord> SealAsync(params RequestId[] members)
    {
        BatchRecord batch = NewBatch();
        await Stores.Batches.SealAsync(batch, members, Token);
        return (await Stores.Batches.FindAsync(batch.Id, Token))!;
    }

    protected async Task<BatchRecord> SubmitAsync(params RequestId[] members)
    {
        BatchRecord batch = await SealAsync(members);
        await MoveAsync(batch, BatchState.Submitting);
        return await MoveAsync(batch with { State = BatchState.Submitting }, BatchState.Submitted);
    }

    protected async Task<BatchRecord> MoveAsync(BatchRecord batch, BatchState to)
    {
        BatchRecord next = batch with { State = to };
        Assert.True(await Stores.Batches.UpdateAsync(next, batch.State, Token));
        return next;
    }

    protected static LedgerEntry Entry(RequestId id, int attempt = 1, decimal? cost = 0.5m, decimal? list = 1m) => new()
    {
        RequestId = id,
        Attempt = attempt,
        At = T0.AddMinutes(5),
        Lane = Lane.Batch,
        Priority = Priority.Standard,
        Deployment = Group.Deployment,
        Model = Group.Model,
        Caller = "anonymous",
        Usage = new TokenUsage(100, 20, 5, 50, 7),
        Cost = cost,
        ListCost = list,
        PriceVersion = cost is null ? null : "builtin:gpt-4o@2026-01-01",
    };

    protected FinishedRequest End(RequestId id, RequestState to = RequestState.Succeeded, int attempt = 1, LedgerEntry? entry = null) => new()
    {
        Id = id,
        Attempt = attempt,
        To = to,
        Outcome = to == RequestState.Succeeded ? "succeeded" : "provider_error",
        Lane = Lane.Batch,
        Result = new RequestResult(to == RequestState.Succeeded ? 200 : 500, """{"ok":1}"""u8.ToArray(), to == RequestState.Succeeded ? null : "provider_error"),
        At = T0.AddMinutes(5),
        Entry = entry,
        Delivery = new DeliveryId(NextId()),
    };

    protected async Task<FinishOutcome> FinishAsync(FinishedRequest end) => (await Stores.Results.FinishAsync([end], Token))[0];

    protected async Task<List<QueuedRequest>> OpenRequestsAsync()
    {
        var open = new List<QueuedRequest>();
        await foreach (QueuedRequest request in Stores.Requests.LoadOpenAsync(0, Token))
        {
            open.Add(request);
        }

        return open;
    }
}
