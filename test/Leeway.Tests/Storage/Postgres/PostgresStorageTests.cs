using Leeway.Storage;
using Leeway.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Leeway.Tests.Storage.Postgres;

/// <summary>What only a server has: connections that break, other nodes, refusals.</summary>
public sealed class PostgresStorageTests : IAsyncLifetime
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("leeway-storage-").FullName;
    private readonly IdSource _ids = new(TimeProvider.System, new SeededRandomSource(3));
    private TestPostgres _server = null!;
    private string _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await TestPostgres.Server;
        _database = await _server.CreateDatabaseAsync(TestDatabases.MigrateAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.ReleaseAsync(_database);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_neither_repeated_nor_forgotten()
    {
        using var proxy = new CuttingProxy(_database);
        await using LeewayStorage storage = await OpenAsync("a", proxy.Connection);
        var added = new HashSet<RequestId>();
        for (int round = 0; round < 10; round++)
        {
            proxy.LoseAnswers(1);
            storage.Ledger.Append(Entry());
            added.UnionWith(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AddAsync(storage))));
        }

        Assert.True(proxy.Lost >= 10, $"{proxy.Lost} answers were lost");
        Assert.Equal(200, added.Count);
        Assert.Equal(added, await OpenIdsAsync(storage));
        Assert.Equal(10, (await storage.Ledger.SumAsync(CostDimension.Total, T0, T0.AddDays(1), Token)).Single().Entries);
    }

    [Fact]
    public async Task What_turns_out_to_be_written_after_its_caller_was_refused_is_taken_back()
    {
        using var proxy = new CuttingProxy(_database);
        await using LeewayStorage storage = await OpenAsync("a", proxy.Connection, new PostgresPatience(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(300)));
        RequestId before = await AddAsync(storage);
        proxy.ClosesWithAnswer = true;
        proxy.LoseAnswers(1);
        storage.Ledger.Append(Entry());

        await Assert.ThrowsAsync<StorageUnavailableException>(() => AddAsync(storage));
        proxy.Open();
        RequestId after = await EventuallyAsync(() => AddAsync(storage));

        Assert.Equal(1, proxy.Lost);
        Assert.Equal([before, after], await EventuallyAsync(() => OpenIdsAsync(storage)));
        Assert.Equal(1, (await EventuallyAsync(() => storage.Ledger.SumAsync(CostDimension.Total, T0, T0.AddDays(1), Token))).Single().Entries);
    }

    [Fact]
    public async Task What_a_node_does_for_its_work_is_told_as_it_is_once_that_is_known()
    {
        using var proxy = new CuttingProxy(_database);
        await using LeewayStorage storage = await OpenAsync("a", proxy.Connection, new PostgresPatience(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(300)));
        RequestId id = await AddAsync(storage);
        proxy.ClosesWithAnswer = true;
        proxy.LoseAnswers(1);
        Task<int?> started = storage.Requests.StartAsync(id, Lane.RealTime, "openai/gpt-4o", T0, Token);

        // One that comes later is refused once the doubt is there.
        await Assert.ThrowsAsync<StorageUnavailableException>(() => AddAsync(storage));
        bool wasTold = started.IsCompleted;
        proxy.Open();

        Assert.Equal((false, 1), (wasTold, proxy.Lost));
        Assert.Equal(1, await started);
    }

    [Fact]
    public async Task What_another_node_may_have_told_its_client_of_is_not_taken_back()
    {
        using var proxy = new CuttingProxy(_database);
        await using LeewayStorage storage = await OpenAsync("a", proxy.Connection, new PostgresPatience(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(300)));
        await using LeewayStorage other = await OpenAsync("b", _database);
        await AddAsync(storage);
        proxy.ClosesWithAnswer = true;
        proxy.LoseAnswers(1);
        NewRequest keyed = Request() with { AttachKey = [1, 2, 3], BodyHash = [4] };
        Task<RequestId> added = storage.Requests.AddAsync(keyed, Token);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => AddAsync(storage));
        RequestId told = await other.Requests.AddAsync(keyed with { Id = new RequestId(_ids.Next()) }, Token);
        proxy.Open();

        Assert.Equal((keyed.Id, keyed.Id), (told, await added));
        Assert.NotNull(await other.Requests.FindAsync(keyed.Id, Token));
    }

    [Fact]
    public async Task What_is_in_doubt_ends_with_the_storage()
    {
        using var proxy = new CuttingProxy(_database);
        LeewayStorage storage = await OpenAsync("a", proxy.Connection, new PostgresPatience(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(300)));
        RequestId id = await AddAsync(storage);
        proxy.ClosesWithAnswer = true;
        proxy.LoseAnswers(1);
        Task<int?> started = storage.Requests.StartAsync(id, Lane.RealTime, "openai/gpt-4o", T0, Token);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => AddAsync(storage));
        await storage.DisposeAsync();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => started);
    }

    [Fact]
    public async Task A_server_that_is_away_refuses_in_time_and_money_waits_for_it()
    {
        using var proxy = new CuttingProxy(_database);
        await using LeewayStorage storage = await OpenAsync("a", proxy.Connection, new PostgresPatience(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50)));
        RequestId kept = await AddAsync(storage);
        proxy.Close();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => AddAsync(storage));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => storage.Requests.FindAsync(kept, Token));
        for (int i = 0; i < 300; i++)
        {
            storage.Ledger.Append(Entry());
        }

        await Assert.ThrowsAsync<StorageUnavailableException>(() => AddAsync(storage));
        proxy.Open();
        RequestId next = await EventuallyAsync(() => AddAsync(storage));

        Assert.Equal([kept, next], await EventuallyAsync(() => OpenIdsAsync(storage)));
        Assert.Equal(300, (await EventuallyAsync(() => storage.Ledger.SumAsync(CostDimension.Total, T0, T0.AddDays(1), Token))).Single().Entries);
    }

    [Fact]
    public async Task Connections_that_the_server_ends_cost_nobody_anything()
    {
        await using LeewayStorage storage = await OpenAsync("a", _database);
        var added = new HashSet<RequestId>();
        for (int round = 0; round < 20; round++)
        {
            Task<RequestId>[] adds = [.. Enumerable.Range(0, 50).Select(_ => AddAsync(storage))];
            await EndConnectionsAsync();
            added.UnionWith(await Task.WhenAll(adds));
            Assert.NotNull(await storage.Requests.FindAsync(added.First(), Token));
        }

        Assert.Equal(1000, added.Count);
        Assert.Equal(added, await OpenIdsAsync(storage));
    }

    [Fact]
    public async Task Two_nodes_that_write_the_same_names_and_lines_at_once_agree()
    {
        await using LeewayStorage one = await OpenAsync("a", _database);
        await using LeewayStorage other = await OpenAsync("b", _database);
        for (int round = 0; round < 30; round++)
        {
            string name = $"model-{round}";
            var run = new RunId(_ids.Next());
            NewRequest Line() => Request() with { Model = name, Team = name, Run = run, CustomId = "1" };
            RequestId[] ids = await Task.WhenAll(one.Requests.AddAsync(Line(), Token), other.Requests.AddAsync(Line(), Token));

            Assert.Equal(ids[0], ids[1]);
            RequestRecord? found = await other.Requests.FindAsync(ids[0], Token);
            Assert.Equal((name, name), (found!.Request.Group.Model, found.Request.Team));
        }
    }

    [Fact]
    public async Task A_file_that_one_node_took_in_is_read_and_removed_by_another()
    {
        await using LeewayStorage one = await OpenAsync("a", _database);
        await using LeewayStorage other = await OpenAsync("b", _database);
        byte[] content = new byte[(2 << 20) + 17];
        new SeededRandomSource(9).Fill(content);
        Guid id = _ids.Next();
        await using (IFileDraft draft = one.FileContents.Begin())
        {
            await draft.WriteAsync(content, Token);
            await draft.SealAsync(id, Token);
        }

        byte[] part = new byte[100];
        other.FileContents.Read(id, 1 << 20, part);
        Assert.True(part.AsSpan().SequenceEqual(content.AsSpan(1 << 20, 100)));
        await using (Stream stream = other.FileContents.Open(id)!)
        {
            var copy = new MemoryStream();
            await stream.CopyToAsync(copy, Token);
            Assert.True(copy.ToArray().AsSpan().SequenceEqual(content));
        }

        other.FileContents.Remove(id);
        Assert.Null(other.FileContents.Open(id));
        Assert.Null(other.FileContents.Open(_ids.Next()));
        await using LeewayStorage third = await OpenAsync("c", _database);
        Assert.Throws<FileNotFoundException>(() => third.FileContents.Read(id, 0, part));
    }

    [Fact]
    public async Task Nodes_that_start_at_once_on_an_empty_database_make_the_schema_once()
    {
        string empty = await _server.CreateEmptyAsync();
        LeewayStorage[] nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(node => OpenAsync($"node{node}", empty)));
        await Task.WhenAll(nodes.Select(static node => node.DisposeAsync().AsTask()));

        await _server.ExecuteAsync("INSERT INTO schema_versions (version) VALUES (999)", empty);
        StorageSchemaException refused = await Assert.ThrowsAsync<StorageSchemaException>(() => OpenAsync("node0", empty));
        Assert.Equal(999, refused.Found);
        Assert.Contains("leeway_empty", refused.Message, StringComparison.Ordinal);
        await _server.DropAsync(empty);
    }

    [Theory]
    [InlineData("Database", "nowhere", "storage.connection: database \"nowhere\" does not exist. Create it")]
    [InlineData("Username", "nobody", "storage.connection: PostgreSQL refused the user or its password")]
    [InlineData("Port", "1", "storage.connection: the PostgreSQL server cannot be reached")]
    public async Task What_keeps_a_node_from_its_database_is_told_with_the_remedy(string key, string value, string expected)
    {
        string connection = new NpgsqlConnectionStringBuilder(_database) { [key] = value, Password = "s3cret" }.ConnectionString;
        StorageUnavailableException refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => OpenAsync("a", connection));
        StorageUnavailableException probed = await Assert.ThrowsAsync<StorageUnavailableException>(() => LeewayStorage.ProbePostgresAsync(connection, Token));

        Assert.StartsWith(expected, refused.Message, StringComparison.Ordinal);
        Assert.StartsWith(expected, probed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://lee%40way:p%3Ass@db.example:6432/leeway?sslmode=verify-full", "db.example", 6432, "lee@way", "p:ss", "leeway")]
    [InlineData("postgresql://leeway@db/leeway", "db", 5432, "leeway", null, "leeway")]
    [InlineData("Host=db;Port=1;Username=u;Password=p;Database=d", "db", 1, "u", "p", "d")]
    public void A_connection_is_written_as_an_address_too(string text, string host, int port, string user, string? password, string database)
    {
        NpgsqlConnectionStringBuilder settings = PostgresConnection.Parse(text);
        Assert.Equal((host, port, user, password, database), (settings.Host, settings.Port, settings.Username, settings.Password, settings.Database));
        Assert.Equal(text.Contains("sslmode", StringComparison.Ordinal) ? SslMode.VerifyFull : SslMode.Prefer, settings.SslMode);
    }

    [Theory]
    [InlineData("Host=db", 256, 5)]
    [InlineData("Host=db;max auto prepare=0;Timeout=60", 0, 60)]
    [InlineData("postgres://db/leeway?connect_timeout=60", 256, 60)]
    public void What_a_connection_does_not_say_is_set_and_what_it_says_stays(string text, int prepared, int timeout)
    {
        NpgsqlConnectionStringBuilder settings = PostgresConnection.Parse(text);
        Assert.Equal((prepared, timeout, false, "leeway"), (settings.MaxAutoPrepare, settings.Timeout, settings.Pooling, settings.ApplicationName));
    }

    private Task EndConnectionsAsync()
    {
        string name = new NpgsqlConnectionStringBuilder(_database).Database!;
        return _server.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()");
    }

    private Task<LeewayStorage> OpenAsync(string node, string connection, PostgresPatience? patience = null) => LeewayStorage.OpenPostgresAsync(
        connection, Path.Combine(_folder, node), TimeProvider.System, null, NullLogger.Instance, patience ?? PostgresPatience.Default, Token);

    private NewRequest Request() => new()
    {
        Id = new RequestId(_ids.Next()),
        Endpoint = "/v1/chat/completions",
        Model = "gpt-4o",
        Deployment = "openai/gpt-4o",
        Body = new byte[2048],
        Priority = Priority.Low,
        AcceptedAt = T0,
        Deadline = T0.AddHours(6),
    };

    private Task<RequestId> AddAsync(LeewayStorage storage) => storage.Requests.AddAsync(Request(), Token);

    // Refused until the next try of the connection is due.
    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (StorageUnavailableException)
            {
                await Task.Yield();
            }
        }
    }

    private LedgerEntry Entry() => new()
    {
        RequestId = new RequestId(_ids.Next()),
        Attempt = 1,
        At = T0,
        Lane = Lane.RealTime,
        Priority = Priority.Urgent,
        Deployment = "openai/gpt-4o",
        Model = "gpt-4o",
        Caller = "anonymous",
        Usage = default,
        Cost = 1m,
        ListCost = 1m,
        PriceVersion = null,
    };

    private static async Task<HashSet<RequestId>> OpenIdsAsync(LeewayStorage storage)
    {
        var ids = new HashSet<RequestId>();
        await foreach (QueuedRequest request in storage.Requests.LoadOpenAsync(0, Token))
        {
            ids.Add(request.Id);
        }

        return ids;
    }
}
