using System.Reflection;
using Leeway.Storage;
using Leeway.Storage.Sql;
using Leeway.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Storage;

/// <summary>What only files have: owners, schemas, copies taken in the middle, torn tails.</summary>
[Trait("store", "sqlite")]
public sealed class SqliteStorageTests : IDisposable
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("leeway-storage-").FullName;
    private readonly IdSource _ids = new(TimeProvider.System, new SeededRandomSource(3));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_stored_is_there_after_closing_and_opening()
    {
        RequestId id;
        await using (LeewayStorage storage = await SqliteTestStores.OpenAsync(Path.Combine(_folder, "a", "b")))
        {
            id = await AddAsync(storage);
            storage.Ledger.Append(Entry(id));
        }

        await using LeewayStorage again = await SqliteTestStores.OpenAsync(Path.Combine(_folder, "a", "b"));
        Assert.Equal(id, (await again.Requests.FindAsync(id, Token))?.Request.Id);
        Assert.Single(await again.Ledger.SumAsync(CostDimension.Total, T0, T0.AddDays(1), Token));
    }

    [Fact]
    public async Task Closing_commits_what_is_pending_and_later_writes_are_refused()
    {
        LeewayStorage storage = await SqliteTestStores.OpenAsync(_folder);
        Task<RequestId>[] adds = [.. Enumerable.Range(0, 5000).Select(_ => AddAsync(storage))];
        await storage.DisposeAsync();
        await storage.DisposeAsync();

        int added = 0;
        foreach (Task<RequestId> add in adds)
        {
            // Those that still stood before a full channel may be refused, but none is left without an answer.
            added += await Task.WhenAny(add) == add && add.IsCompletedSuccessfully ? 1 : 0;
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => AddAsync(storage));
        await using LeewayStorage again = await SqliteTestStores.OpenAsync(_folder);
        Assert.Equal(added, await CountOpenAsync(again));
        Assert.True(added >= 4096, $"{added} added");
    }

    [Fact]
    public async Task A_second_opener_is_refused_with_the_folder_and_the_process()
    {
        await using (LeewayStorage storage = await SqliteTestStores.OpenAsync(_folder))
        {
            StorageInUseException refused = await Assert.ThrowsAsync<StorageInUseException>(() => SqliteTestStores.OpenAsync(_folder));
            Assert.Equal((_folder, Environment.ProcessId), (refused.Folder, refused.ProcessId));
            Assert.Contains(_folder, refused.Message, StringComparison.Ordinal);
            await AddAsync(storage);
        }

        await using LeewayStorage next = await SqliteTestStores.OpenAsync(_folder);
        Assert.Equal(1, await CountOpenAsync(next));
    }

    [Fact]
    public async Task A_script_that_came_after_one_of_a_higher_number_is_applied_too()
    {
        await (await SqliteTestStores.OpenAsync(_folder)).DisposeAsync();
        Execute("DROP TABLE realtime_entries; CREATE INDEX requests_open ON requests (id) WHERE state < 10; DELETE FROM schema_versions WHERE version = 3");

        await using LeewayStorage storage = await SqliteTestStores.OpenAsync(_folder);
        storage.Ledger.Append(Entry(new RequestId(_ids.Next())));
        Assert.Single(await storage.Ledger.SumAsync(CostDimension.Total, T0, T0.AddDays(1), Token));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_the_folder_is_free_again()
    {
        await (await SqliteTestStores.OpenAsync(_folder)).DisposeAsync();
        Execute("INSERT INTO schema_versions (version) VALUES (999)");

        StorageSchemaException refused = await Assert.ThrowsAsync<StorageSchemaException>(() => SqliteTestStores.OpenAsync(_folder));
        Assert.Equal(999, refused.Found);
        Execute("DELETE FROM schema_versions WHERE version = 999");
        await (await SqliteTestStores.OpenAsync(_folder)).DisposeAsync();
    }

    [Fact]
    public async Task A_copy_taken_while_open_holds_everything_that_was_acknowledged()
    {
        await using LeewayStorage storage = await SqliteTestStores.OpenAsync(_folder);
        var acknowledged = new HashSet<RequestId>();
        for (int round = 0; round < 20; round++)
        {
            acknowledged.UnionWith(await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => AddAsync(storage))));
            await using LeewayStorage copy = await OpenCopyAsync(round, 0);
            Assert.Equal(acknowledged, await OpenIdsAsync(copy));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(4000)]
    [InlineData(9000)]
    public async Task A_torn_tail_costs_at_most_the_last_group(int torn)
    {
        await using LeewayStorage storage = await SqliteTestStores.OpenAsync(_folder);
        RequestId[] before = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AddAsync(storage)));
        RequestId last = await AddAsync(storage);

        await using LeewayStorage copy = await OpenCopyAsync(0, torn);
        HashSet<RequestId> found = await OpenIdsAsync(copy);
        Assert.Superset(before.ToHashSet(), found);
        Assert.DoesNotContain(last, found);
        Assert.NotEqual(default, await AddAsync(copy));
    }

    [Fact]
    public async Task An_appended_entry_joins_the_next_write()
    {
        await using LeewayStorage storage = await OpenOnAsync(new FakeTimeProvider(T0));
        storage.Ledger.Append(Entry(new RequestId(_ids.Next())));
        Assert.Equal(0, CountEntries());
        await AddAsync(storage);
        Assert.Equal(1, CountEntries());
    }

    [Fact]
    public async Task An_appended_entry_waits_fifty_milliseconds_for_company()
    {
        var clock = new FakeTimeProvider(T0);
        await using LeewayStorage storage = await OpenOnAsync(clock);
        for (int i = 1; i <= 3; i++)
        {
            storage.Ledger.Append(Entry(new RequestId(_ids.Next())));
            clock.Advance(TimeSpan.FromMilliseconds(49));
            Assert.Equal(i - 1, CountEntries());
            clock.Advance(TimeSpan.FromMilliseconds(1));
            while (CountEntries() < i)
            {
                Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task Commits_are_flushed_to_the_medium()
    {
        await (await SqliteTestStores.OpenAsync(_folder)).DisposeAsync();
        using SqliteSession writer = SqliteSession.OpenWriter(Path.Combine(_folder, "leeway.db"));
        Statement row = writer.Read("PRAGMA synchronous");
        Assert.True(row.Next());
        Assert.Equal(2, row.Int64());
        row = writer.Read("PRAGMA journal_mode");
        Assert.True(row.Next());
        Assert.Equal("wal", row.Text());
    }

    [Fact]
    public async Task Readers_see_one_snapshot_while_the_writer_goes_on()
    {
        await using LeewayStorage storage = await SqliteTestStores.OpenAsync(_folder);
        for (int i = 0; i < 50; i++)
        {
            RequestId id = await AddAsync(storage);
            Task<IReadOnlyList<FinishOutcome>> finish = storage.Results.FinishAsync(
                [
                    new FinishedRequest
                    {
                        Id = id,
                        Attempt = 0,
                        To = RequestState.Succeeded,
                        Outcome = "succeeded",
                        Lane = Lane.RealTime,
                        Result = new RequestResult(200, "{}"u8.ToArray(), null),
                        At = T0,
                        Entry = Entry(id),
                    },
                ], Token);
            do
            {
                RequestRecord found = (await storage.Requests.FindAsync(id, Token))!;
                Assert.Equal(found.Request.State == RequestState.Succeeded, found.Result is not null);
                Assert.Equal(found.Result is not null, found.Entries.Count == 1);
            }
            while (!finish.IsCompleted);
        }
    }

    [Fact]
    public async Task Large_bodies_are_stored_whole()
    {
        await using LeewayStorage storage = await SqliteTestStores.OpenAsync(_folder);
        byte[] body = new byte[6 << 20];
        new SeededRandomSource(5).Fill(body);
        RequestId[] ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AddAsync(storage, body)));
        foreach (RequestId id in ids)
        {
            Assert.True((await storage.Requests.ReadBodyAsync(id, Token))!.Value.Span.SequenceEqual(body));
        }
    }

    [Fact]
    public async Task Every_statement_prepares_on_the_schema()
    {
        await (await SqliteTestStores.OpenAsync(_folder)).DisposeAsync();
        using SqliteConnection connection = Connect();
        int prepared = 0;
        foreach (Type type in typeof(LeewayStorage).Assembly.GetTypes().Where(type => type.Name.EndsWith("Sql", StringComparison.Ordinal)))
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                using SqliteCommand command = connection.CreateCommand();
                command.CommandText = "EXPLAIN " + SqliteDialect.Translate((string)field.GetRawConstantValue()!);
                for (int i = 1; i <= 26; i++)
                {
                    command.Parameters.AddWithValue("?" + i, 0);
                }

                using SqliteDataReader reader = command.ExecuteReader();
                Assert.True(reader.HasRows, $"{type.Name}.{field.Name}");
                prepared++;
            }
        }

        Assert.True(prepared > 40);
    }

    [Theory]
    [InlineData("UPDATE requests SET state = 5", "requests_state_known")]
    [InlineData("UPDATE requests SET state = 10", "requests_end_has_instant")]
    [InlineData("UPDATE requests SET state = 2", "requests_members_have_batch")]
    [InlineData("UPDATE requests SET batch_id = x'00'", "requests_queued_have_none")]
    public async Task Invariants_are_constraints_with_names(string sql, string constraint)
    {
        await using (LeewayStorage storage = await SqliteTestStores.OpenAsync(_folder))
        {
            await AddAsync(storage);
        }

        SqliteException refused = Assert.Throws<SqliteException>(() => Execute(sql));
        Assert.Contains(constraint, refused.Message, StringComparison.Ordinal);
    }

    private Task<LeewayStorage> OpenOnAsync(TimeProvider clock) => LeewayStorage.OpenSqliteAsync(_folder, clock, _ids, NullLogger.Instance, Token);

    private long CountEntries()
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT COALESCE(SUM(count), 0) FROM realtime_entries";
        return (long)command.ExecuteScalar()!;
    }

    private Task<RequestId> AddAsync(LeewayStorage storage, byte[]? body = null) => storage.Requests.AddAsync(new NewRequest
    {
        Id = new RequestId(_ids.Next()),
        Endpoint = "/v1/chat/completions",
        Model = "gpt-4o",
        Deployment = "openai/gpt-4o",
        Body = body ?? new byte[2048],
        Priority = Priority.Low,
        AcceptedAt = T0,
        Deadline = T0.AddHours(6),
    }, Token);

    private static LedgerEntry Entry(RequestId id) => new()
    {
        RequestId = id,
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

    // The log first: the database file only ever holds what the log no longer needs to hold.
    private async Task<LeewayStorage> OpenCopyAsync(int number, int torn)
    {
        string copy = Path.Combine(_folder, "copy" + number);
        Directory.CreateDirectory(copy);
        using SqliteConnection quiet = Connect();
        using (SqliteCommand begin = quiet.CreateCommand())
        {
            // A reader keeps the log from starting over between the two copies.
            begin.CommandText = "BEGIN; SELECT COUNT(*) FROM requests;";
            begin.ExecuteScalar();
        }

        File.Copy(Path.Combine(_folder, "leeway.db-wal"), Path.Combine(copy, "leeway.db-wal"));
        File.Copy(Path.Combine(_folder, "leeway.db"), Path.Combine(copy, "leeway.db"));
        if (torn > 0)
        {
            using FileStream log = File.OpenWrite(Path.Combine(copy, "leeway.db-wal"));
            log.SetLength(log.Length - torn);
        }

        return await SqliteTestStores.OpenAsync(copy);
    }

    private static async Task<int> CountOpenAsync(LeewayStorage storage) => (await OpenIdsAsync(storage)).Count;

    private static async Task<HashSet<RequestId>> OpenIdsAsync(LeewayStorage storage)
    {
        var ids = new HashSet<RequestId>();
        await foreach (QueuedRequest request in storage.Requests.LoadOpenAsync(0, Token))
        {
            ids.Add(request.Id);
        }

        return ids;
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "leeway.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    private void Execute(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
