using Leeway.Delivery.Mail;
using Leeway.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Storage.Postgres;

/// <summary>Nodes that share a database and look for digests and ended runs at the same moment.</summary>
public sealed class PostgresMailTests : IAsyncLifetime
{
    private const int Nodes = 4;

    private static readonly DateTimeOffset s_registered = new(2026, 6, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly MailId s_mail = new(Guid.Parse("019400000000700080000000000000bb"));
    private static readonly NodeIntroduction s_node = new("n", null, "1.0", TimeSpan.FromMinutes(10));

    private readonly List<LeewayStorage> _storages = [];
    private readonly List<string> _folders = [];
    private string _database = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await (await TestPostgres.Server).CreateDatabaseAsync(TestDatabases.MigrateAsync);
        for (int i = 0; i < Nodes; i++)
        {
            _folders.Add(Directory.CreateTempSubdirectory("leeway-storage-").FullName);
            _storages.Add(await PostgresTestStores.OpenAsync(_database, _folders[^1]));
            await _storages[^1].Nodes.JoinAsync(s_node, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (LeewayStorage storage in _storages)
        {
            await storage.DisposeAsync();
        }

        await (await TestPostgres.Server).ReleaseAsync(_database);
        _folders.ForEach(static folder => Directory.Delete(folder, recursive: true));
    }

    [Fact]
    public async Task One_digest_is_written_however_many_nodes_find_it_due()
    {
        var clock = new FakeTimeProvider(s_registered.AddDays(1));
        var config = new StaticConfig(new LeewayConfig { Delivery = new DeliveryConfig { Mail = new MailConfig { Host = "localhost", Digest = new MailDigestConfig { Tz = "UTC" } } } });
        var mail = new MailEndpoint { Id = s_mail, Address = "ops@example.com", Digest = true, DigestedUntil = s_registered, CreatedAt = s_registered };
        await _storages[0].Mail.AddAsync(mail, Token);
        (int Written, DateTimeOffset)[] rounds = await Task.WhenAll(_storages.Select(storage => new MailAgenda(storage.Mail, config, clock).RunOnceAsync(Token)));

        Assert.Equal(1, rounds.Sum(round => round.Written));
        Assert.Single(await _storages[1].Deliveries.ListDeliveriesAsync(mail.Id.ToString(), null, null, 10, Token));
    }

    [Fact]
    public async Task One_mail_tells_of_a_run_however_many_nodes_find_it_ended()
    {
        var run = new RunId(Guid.Parse("0123456789abcdef0123456789abcdef"));
        await _storages[0].Mail.WatchRunAsync(run, Teams.Default, s_mail, Token);
        int[] told = await Task.WhenAll(_storages.Select(storage => storage.Mail.TellEndedRunsAsync(s_registered, Token)));

        Assert.Equal(1, told.Sum());
        Assert.Single(await _storages[1].Deliveries.ListDeliveriesAsync(s_mail.ToString(), null, null, 10, Token));
    }
}
