using Leeway.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Storage;

/// <summary>One node on a database of its own: it holds whatever there is.</summary>
public sealed class SqliteNodeTests : IDisposable
{
    private static readonly NodeIntroduction s_node = new("one", "127.0.0.1:8081", "1.0", TimeSpan.FromSeconds(15));

    private readonly string _folder = Directory.CreateTempSubdirectory("leeway-storage-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_first_that_joins_takes_the_number_of_what_was_there_and_keeps_it_over_restarts()
    {
        await using (LeewayStorage first = await OpenAsync())
        {
            NodeLease lease = await first.Nodes.JoinAsync(s_node, Token);

            Assert.Equal((0, 1), (lease.Node, lease.Epoch));
            Assert.Empty(lease.Others);
            Assert.False(first.Nodes.IsShared);
        }

        await using LeewayStorage second = await OpenAsync();
        NodeLease again = await second.Nodes.JoinAsync(s_node with { Name = "two" }, Token);

        Assert.Equal((0, 2), (again.Node, again.Epoch));
        NodeRecord row = Assert.Single(await second.Nodes.ListAsync(Token));
        Assert.Equal(("two", "127.0.0.1:8081", "1.0", 2, true), (row.Name, row.Address, row.Version, row.Epoch, row.IsLive));
        Assert.Equal(TimeSpan.FromSeconds(15), row.ExpiresAt - row.StartedAt);
    }

    [Fact]
    public async Task A_lease_that_another_join_has_ended_lets_nothing_be_written()
    {
        await using LeewayStorage storage = await OpenAsync();
        NodeLease stale = await storage.Nodes.JoinAsync(s_node, Token);
        await storage.Nodes.JoinAsync(s_node, Token);

        Assert.False(await storage.Nodes.RenewAsync(stale, s_node.Lease, Token));
        await Assert.ThrowsAsync<NodeLeaseLostException>(() => storage.Requests.AddAsync(Request(), Token));
        await storage.Nodes.JoinAsync(s_node, Token);
        await storage.Requests.AddAsync(Request(), Token);
    }

    [Fact]
    public async Task What_is_stored_has_the_number_of_the_node_and_is_loaded_by_it()
    {
        await using LeewayStorage storage = await OpenAsync();
        NodeLease lease = await storage.Nodes.JoinAsync(s_node, Token);
        NewRequest request = Request();
        await storage.Requests.AddAsync(request, Token);

        Assert.Equal(lease.Node, (await storage.Requests.FindAsync(request.Id, Token))!.Node);
        Assert.Equal([request.Id], await OpenOfAsync(storage, lease.Node));
        Assert.Empty(await OpenOfAsync(storage, lease.Node + 1));
    }

    private Task<LeewayStorage> OpenAsync() => LeewayStorage.OpenSqliteAsync(_folder, TimeProvider.System, null, NullLogger.Instance, Token);

    private static async Task<List<RequestId>> OpenOfAsync(LeewayStorage storage, int node)
    {
        var open = new List<RequestId>();
        await foreach (QueuedRequest request in storage.Requests.LoadOpenAsync(node, Token))
        {
            open.Add(request.Id);
        }

        return open;
    }

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
