using Leeway.Storage;

namespace Leeway.Tests.Storage.Postgres;

/// <summary>Nodes that share a database: who has which work, and whose writes count. Leases of no length have expired when the next statement runs.</summary>
public sealed class PostgresNodeTests : IAsyncLifetime
{
    private static readonly NodeIntroduction s_lasting = new("n", null, "1.0", TimeSpan.FromMinutes(10));
    private static readonly NodeIntroduction s_over = s_lasting with { Lease = TimeSpan.Zero };

    private readonly List<string> _folders = [];
    private readonly List<LeewayStorage> _open = [];
    private string _database = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await (await TestPostgres.Server).CreateDatabaseAsync(TestDatabases.MigrateAsync);

    public async ValueTask DisposeAsync()
    {
        foreach (LeewayStorage storage in _open)
        {
            await storage.DisposeAsync();
        }

        foreach (string folder in _folders)
        {
            Directory.Delete(folder, recursive: true);
        }

        await (await TestPostgres.Server).ReleaseAsync(_database);
    }

    [Fact]
    public async Task Each_node_gets_a_number_of_its_own_the_first_the_one_that_came_with_the_database()
    {
        NodeLease[] leases = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => await (await OpenAsync()).Nodes.JoinAsync(s_lasting, Token)));

        Assert.Equal([0, 1, 2, 3], leases.Select(lease => lease.Node).Order());
        Assert.All(await _open[0].Nodes.ListAsync(Token), row => Assert.True(row.IsLive));
    }

    [Fact]
    public async Task A_restarted_node_takes_its_own_number_back_before_its_lease_has_ended()
    {
        LeewayStorage storage = await OpenAsync();
        NodeLease before = await storage.Nodes.JoinAsync(s_lasting, Token);
        storage = await ReopenAsync(storage);
        NodeLease after = await storage.Nodes.JoinAsync(s_lasting, Token);

        Assert.Equal(before.Node, after.Node);
        Assert.Equal(before.Epoch + 1, after.Epoch);
    }

    [Fact]
    public async Task A_number_of_another_database_is_not_taken_for_ones_own()
    {
        LeewayStorage other = await OpenAsync();
        await other.Nodes.JoinAsync(s_lasting, Token);
        await other.DisposeAsync();
        string folder = _folders[^1];
        await (await TestPostgres.Server).ExecuteAsync("UPDATE nodes SET secret = gen_random_uuid() WHERE id = 0", _database);
        LeewayStorage storage = await OpenAsync(folder);

        Assert.Equal(1, (await storage.Nodes.JoinAsync(s_lasting, Token)).Node);
    }

    [Fact]
    public async Task The_work_of_a_node_whose_lease_has_ended_is_taken_over_once_and_with_what_it_had_taken_over_itself()
    {
        LeewayStorage a = await OpenAsync(), b = await OpenAsync(), c = await OpenAsync();
        NodeLease first = await a.Nodes.JoinAsync(s_over, Token);
        NodeLease second = await b.Nodes.JoinAsync(s_over, Token);
        Assert.Equal([first.Node], await b.Nodes.TakeOverAsync(second, Token));
        NodeLease third = await c.Nodes.JoinAsync(s_lasting, Token);

        Assert.Equal([second.Node, first.Node], await c.Nodes.TakeOverAsync(third, Token));
        Assert.Empty(await c.Nodes.TakeOverAsync(third, Token));
        Assert.Equal([third.Node, third.Node, null], (await c.Nodes.ListAsync(Token)).Select(row => row.HeldBy));
        Assert.False(await b.Nodes.RenewAsync(second, TimeSpan.FromMinutes(1), Token));
    }

    [Fact]
    public async Task Of_several_that_take_over_at_once_one_gets_the_work()
    {
        LeewayStorage gone = await OpenAsync();
        NodeLease lease = await gone.Nodes.JoinAsync(s_over, Token);
        LeewayStorage[] others = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync()));
        NodeLease[] leases = await Task.WhenAll(others.Select(other => other.Nodes.JoinAsync(s_lasting, Token)));

        IReadOnlyList<int>[] taken = await Task.WhenAll(others.Zip(leases, (other, own) => other.Nodes.TakeOverAsync(own, Token)));

        Assert.Equal([lease.Node], taken.SelectMany(numbers => numbers));
    }

    [Fact]
    public async Task A_node_whose_lease_was_taken_over_writes_nothing_and_hears_of_it()
    {
        LeewayStorage stale = await OpenAsync(), taker = await OpenAsync();
        NodeLease lost = await stale.Nodes.JoinAsync(s_over, Token);
        NewRequest request = Request();
        await stale.Requests.AddAsync(request, Token);
        NodeLease lease = await taker.Nodes.JoinAsync(s_lasting, Token);
        await taker.Nodes.TakeOverAsync(lease, Token);

        await Assert.ThrowsAsync<NodeLeaseLostException>(() => stale.Requests.StartAsync(request.Id, Lane.RealTime, "d", DateTimeOffset.UnixEpoch, Token));
        await Assert.ThrowsAsync<NodeLeaseLostException>(() => stale.Requests.AddAsync(Request(), Token));
        Assert.Equal(RequestState.Queued, (await taker.Requests.FindAsync(request.Id, Token))!.Request.State);
        Assert.Equal([request.Id], await OpenOfAsync(taker, lost.Node));

        NodeLease anew = await stale.Nodes.JoinAsync(s_lasting with { Anew = true }, Token);
        Assert.NotEqual(lost.Node, anew.Node);
        NewRequest later = Request();
        await stale.Requests.AddAsync(later, Token);
        Assert.Equal([later.Id], await OpenOfAsync(taker, anew.Node));
    }

    [Fact]
    public async Task A_takeover_waits_for_a_write_that_is_under_way()
    {
        LeewayStorage writer = await OpenAsync(), taker = await OpenAsync();
        NodeLease own = await writer.Nodes.JoinAsync(s_over, Token);
        NodeLease lease = await taker.Nodes.JoinAsync(s_lasting, Token);
        NewRequest[] requests = [.. Enumerable.Range(0, 500).Select(_ => Request())];

        Task<RequestId>[] adding = [.. requests.Select(request => writer.Requests.AddAsync(request, Token))];
        await taker.Nodes.TakeOverAsync(lease, Token);
        List<RequestId> found = await OpenOfAsync(taker, own.Node);
        var added = new List<RequestId>();
        foreach (Task<RequestId> one in adding)
        {
            try
            {
                added.Add(await one);
            }
            catch (NodeLeaseLostException)
            {
                // Came after the takeover.
            }
        }

        // Whatever was acknowledged was seen by who took over: nothing slipped in behind its look.
        Assert.Equal(added.Order(), found.Order());
    }

    [Fact]
    public async Task An_end_that_another_node_recorded_is_told_once_to_who_has_the_request()
    {
        LeewayStorage owner = await OpenAsync(), other = await OpenAsync();
        NodeLease lease = await owner.Nodes.JoinAsync(s_lasting, Token);
        NodeLease another = await other.Nodes.JoinAsync(s_lasting, Token);
        NewRequest[] requests = [Request(), Request()];
        await Task.WhenAll(requests.Select(request => owner.Requests.AddAsync(request, Token)));

        await other.Results.FinishAsync([End(requests[0].Id)], Token);
        await owner.Results.FinishAsync([End(requests[1].Id)], Token);

        Assert.Equal(requests.Select(request => request.Id).Order(), (await other.Requests.FindEndedAsync([.. requests.Select(request => request.Id)], Token)).Order());
        Assert.Empty(await other.Nodes.TakeEndsAsync(another, Token));
        Assert.Equal([requests[0].Id], await owner.Nodes.TakeEndsAsync(lease, Token));
        Assert.Empty(await owner.Nodes.TakeEndsAsync(lease, Token));
    }

    [Fact]
    public async Task A_number_is_forgotten_when_its_work_is_done_and_not_before()
    {
        LeewayStorage gone = await OpenAsync(), taker = await OpenAsync();
        NodeLease lost = await gone.Nodes.JoinAsync(s_over, Token);
        NewRequest request = Request();
        await gone.Requests.AddAsync(request, Token);
        NodeLease lease = await taker.Nodes.JoinAsync(s_lasting, Token);
        await taker.Nodes.TakeOverAsync(lease, Token);

        Assert.Empty(await taker.Nodes.ForgetAsync(lease, Token));
        await taker.Results.FinishAsync([End(request.Id)], Token);
        Assert.Equal([lost.Node], await taker.Nodes.ForgetAsync(lease, Token));
        Assert.Equal([lease.Node], (await taker.Nodes.ListAsync(Token)).Select(row => row.Id));
    }

    private async Task<LeewayStorage> OpenAsync(string? folder = null)
    {
        if (folder is null)
        {
            folder = Directory.CreateTempSubdirectory("leeway-node-").FullName;
            lock (_folders)
            {
                _folders.Add(folder);
            }
        }

        LeewayStorage storage = await PostgresTestStores.OpenAsync(_database, folder);
        lock (_open)
        {
            _open.Add(storage);
        }

        return storage;
    }

    private async Task<LeewayStorage> ReopenAsync(LeewayStorage storage)
    {
        await storage.DisposeAsync();
        return await OpenAsync(storage.Folder);
    }

    private static async Task<List<RequestId>> OpenOfAsync(LeewayStorage storage, int node)
    {
        var open = new List<RequestId>();
        await foreach (QueuedRequest request in storage.Requests.LoadOpenAsync(node, Token))
        {
            open.Add(request.Id);
        }

        return open;
    }

    private static FinishedRequest End(RequestId id) => new()
    {
        Id = id,
        Attempt = 0,
        To = RequestState.Cancelled,
        Outcome = "cancelled",
        Lane = Lane.Batch,
        Result = new RequestResult(409, "{}"u8.ToArray(), "request_cancelled"),
        At = DateTimeOffset.UnixEpoch.AddMinutes(1),
        Delivery = new DeliveryId(Guid.CreateVersion7()),
    };

    private static NewRequest Request() => new()
    {
        Id = new RequestId(Guid.CreateVersion7()),
        Endpoint = "/v1/chat/completions",
        Model = "gpt-4o",
        Deployment = "openai/gpt-4o",
        Body = "{}"u8.ToArray(),
        Priority = Priority.Standard,
        AcceptedAt = DateTimeOffset.UnixEpoch,
        Deadline = DateTimeOffset.UnixEpoch.AddHours(1),
        EstimatedInputTokens = 10,
    };
}
