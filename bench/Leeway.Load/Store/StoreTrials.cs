using System.Globalization;
using Leeway.Load.Processes;
using Leeway.Load.Serving;
using Leeway.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Leeway.Load.Store;

/// <summary>A store that a trial opened, and how many requests its database holds once it is closed.</summary>
internal sealed record Opened(LeewayStorage Storage, Func<Task<long>> CountAsync);

/// <summary>What the tables of both stores take, for so many millions of requests.</summary>
internal sealed record StoreSizes(Dictionary<string, (double Table, double Indexes)> Sqlite, Dictionary<string, (double Table, double Indexes)> Postgres, double Millions);

/// <summary>The measurements of one bench, each on stores of its own.</summary>
internal sealed class StoreTrials(PostgresServer server, string folder)
{
    private const int Finished = 8192;
    private const int Callers = 512;

    private readonly Requests _requests = new(TimeProvider.System);
    private int _number;
    private string _sqlite = "";
    private string _postgres = "";
    private string _filledSqlite = "";
    private string _filledPostgres = "";

    public async Task<Opened> OpenSqliteAsync()
    {
        string own = _sqlite = NewFolder();
        return new Opened(
            await LeewayStorage.OpenSqliteAsync(own, TimeProvider.System, null, NullLogger.Instance, CancellationToken.None),
            async () =>
            {
                await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(own, "leeway.db"), Pooling = false }.ConnectionString);
                connection.Open();
                await using SqliteCommand command = connection.CreateCommand();
                command.CommandText = "SELECT COUNT(*) FROM requests";
                return (long)(await command.ExecuteScalarAsync())!;
            });
    }

    public async Task<Opened> OpenPostgresAsync()
    {
        string database = _postgres = await server.CreateAsync(string.Create(CultureInfo.InvariantCulture, $"leeway_{++_number}"));
        return new Opened(
            await LeewayStorage.OpenPostgresAsync(database, NewFolder(), TimeProvider.System, null, NullLogger.Instance, CancellationToken.None),
            async () =>
            {
                await using NpgsqlConnection connection = await PostgresServer.OpenAsync(database);
                await using var command = new NpgsqlCommand("SELECT COUNT(*) FROM requests", connection);
                return (long)(await command.ExecuteScalarAsync())!;
            });
    }

    /// <summary>Requests per second into a new store; they count only if everything that was acknowledged is there, once.</summary>
    public async Task<double> EnqueueAsync(Func<Task<Opened>> open, int callers, int seconds)
    {
        Opened opened = await open();
        long added = 0;
        double rate;
        await using (opened.Storage)
        {
            rate = await Driver.RateAsync(callers, seconds, async () =>
            {
                await opened.Storage.Requests.AddAsync(_requests.Next(), CancellationToken.None);
                Interlocked.Increment(ref added);
            });
        }

        long stored = await opened.CountAsync();
        return stored == added ? rate : throw new InvalidOperationException($"{added} requests were acknowledged, {stored} are stored.");
    }

    public async Task<double> RawAsync(int callers, int seconds)
    {
        await using var log = new AppendLog(NewFolder());
        return await Driver.RateAsync(callers, seconds, () => log.AppendAsync(_requests.Next().Body));
    }

    public async Task<double> PlainAsync(int callers, int seconds)
    {
        string database = await server.CreateAsync(string.Create(CultureInfo.InvariantCulture, $"plain_{++_number}"));
        await using PlainTable table = await PlainTable.OpenAsync(database);
        return await Driver.RateAsync(callers, seconds, () => table.AddAsync(_requests.Next()));
    }

    /// <summary>Ends per second of requests that are being answered.</summary>
    public async Task<double> FinishAsync(Func<Task<Opened>> open, int callers, int group)
    {
        Opened opened = await open();
        await using LeewayStorage storage = opened.Storage;
        NewRequest[] requests = [.. Enumerable.Range(0, Finished).Select(_ => _requests.Next())];
        await Driver.EachAsync(requests, Callers, async request =>
        {
            await storage.Requests.AddAsync(request, CancellationToken.None);
            await storage.Requests.StartAsync(request.Id, Lane.RealTime, request.Deployment, request.AcceptedAt, CancellationToken.None);
        });
        FinishedRequest[][] ends = [.. requests.Select(static request => Requests.End(request.Id, request.AcceptedAt.AddSeconds(1))).Chunk(group)];
        double rate = await Driver.EachAsync(ends, callers, async some =>
        {
            foreach (FinishOutcome outcome in await storage.Results.FinishAsync(some, CancellationToken.None))
            {
                if (outcome != FinishOutcome.Recorded)
                {
                    throw new InvalidOperationException($"An end was {outcome}.");
                }
            }
        });
        return rate * group;
    }

    /// <summary>Sizes of the stores that were finished last.</summary>
    public async Task<StoreSizes> SizesAsync() => new(await Sizes.SqliteAsync(_sqlite), await Sizes.PostgresAsync(_postgres), Finished / 1e6);

    public async Task FillAsync(int rows)
    {
        Console.Error.WriteLine($"filling {rows} rows");
        await FillAsync(OpenSqliteAsync);
        await FillAsync(OpenPostgresAsync);
        (_filledSqlite, _filledPostgres) = (_sqlite, _postgres);
        await Filled.SqliteAsync(_filledSqlite, rows);
        await Filled.PostgresAsync(_filledPostgres, rows);
    }

    public async Task<double> PlainClaimAsync(int requests)
    {
        await using NpgsqlConnection connection = await PostgresServer.OpenAsync(_filledPostgres);
        return await Claims.PlainAsync(connection, requests);
    }

    public async Task<double> TakeOverAsync(int requests)
    {
        await using LeewayStorage storage = await LeewayStorage.OpenPostgresAsync(_filledPostgres, NewFolder(), TimeProvider.System, null, NullLogger.Instance, CancellationToken.None);
        return await Claims.TakeOverAsync(storage, requests);
    }

    public async Task<double> LoadAsync(int requests)
    {
        await using LeewayStorage storage = await LeewayStorage.OpenSqliteAsync(_filledSqlite, TimeProvider.System, null, NullLogger.Instance, CancellationToken.None);
        return await Claims.TakeOverAsync(storage, requests);
    }

    /// <summary>What the narrow rows of the filled stores take, in words.</summary>
    public async Task<string> FilledSizesAsync()
    {
        (double table, double indexes) = (await Sizes.SqliteAsync(_filledSqlite))["requests"];
        (double rows, double keys) = (await Sizes.PostgresAsync(_filledPostgres))["requests"];
        return string.Create(CultureInfo.InvariantCulture, $"{table + indexes:0} MB on SQLite, {rows:0} + {keys:0} MB on PostgreSQL");
    }

    private async Task FillAsync(Func<Task<Opened>> open)
    {
        await using LeewayStorage storage = (await open()).Storage;
        NodeLease lease = await storage.Nodes.JoinAsync(Claims.Introduction, CancellationToken.None);
        await storage.Requests.AddAsync(_requests.Next(), CancellationToken.None);
        await storage.Nodes.LeaveAsync(lease, CancellationToken.None);
    }

    private string NewFolder() => Directory.CreateDirectory(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"store-{++_number}"))).FullName;
}
