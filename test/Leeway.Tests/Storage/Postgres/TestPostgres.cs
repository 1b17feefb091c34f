using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Leeway.Tests.Storage.Postgres;

/// <summary>
/// A PostgreSQL server of the test process's own, started when a test first asks for it, in a folder under the system's temporary one and
/// never as root. It ends after the last test (<see cref="TestServers"/>), and with the process, however that ends: a shell waits for the end of
/// its input. <c>LEEWAY_TEST_POSTGRES</c> names another server instead.
/// </summary>
#pragma warning disable CA1001 // What it owns lives as long as the process.
internal sealed class TestPostgres
#pragma warning restore CA1001
{
    // What the scripts themselves have put into tables is kept beside them.
    private const string Keep = """
        CREATE SCHEMA seeded;
        DO $$
        DECLARE stored text; filled boolean;
        BEGIN
            FOR stored IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT IN ('schema_versions', 'writers') LOOP
                EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', stored) INTO filled;
                IF filled THEN
                    EXECUTE format('CREATE TABLE seeded.%1$I AS TABLE %1$I', stored);
                END IF;
            END LOOP;
        END $$
        """;

    private const string Empty = """
        DO $$
        DECLARE stored text;
        BEGIN
            FOR stored IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'schema_versions' LOOP
                EXECUTE format('DELETE FROM %I', stored);
            END LOOP;
            FOR stored IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'seeded'::regnamespace LOOP
                EXECUTE format('INSERT INTO %1$I SELECT * FROM seeded.%1$I', stored);
            END LOOP;
        END $$
        """;

    private static readonly Lazy<Task<TestPostgres>> s_server = new(StartAsync);
    private static readonly Lazy<Task<TestPostgres>> s_durable = new(() => StartOwnAsync(durable: true));

    private static readonly ConcurrentBag<Process> s_started = [];

    private readonly NpgsqlConnectionStringBuilder _address;
    private readonly SemaphoreSlim _creating = new(1, 1);
    private int _made;
    private readonly ConcurrentBag<string> _emptied = [];
    private bool _hasTemplate;

    private TestPostgres(NpgsqlConnectionStringBuilder address) => _address = address;

    /// <summary>The server; its commits do not wait for the disk.</summary>
    public static Task<TestPostgres> Server => s_server.Value;

    /// <summary>Another one, whose commits do.</summary>
    public static Task<TestPostgres> Durable => s_durable.Value;

    /// <summary>An empty database with Leeway's schema: an emptied one, or a copy of a template.</summary>
    /// <param name="migrate">Brings a database to the schema; called once.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(Func<string, Task> migrate)
    {
        if (_emptied.TryTake(out string? emptied))
        {
            return emptied;
        }

        string template = $"leeway_template_{Environment.ProcessId}";
        await _creating.WaitAsync();
        try
        {
            if (!_hasTemplate)
            {
                await ExecuteAsync($"DROP DATABASE IF EXISTS {template}");
                await ExecuteAsync($"CREATE DATABASE {template}");
                await migrate(Of(template));
                await ExecuteAsync(Keep, Of(template));
                _hasTemplate = true;
            }

            string name = $"leeway_test_{Environment.ProcessId}_{++_made}";
            await ExecuteAsync($"DROP DATABASE IF EXISTS {name}");
            await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}");
            return Of(name);
        }
        finally
        {
            _creating.Release();
        }
    }

    /// <summary>Makes a database without any schema.</summary>
    public async Task<string> CreateEmptyAsync()
    {
        string name = $"leeway_empty_{Environment.ProcessId}_{Interlocked.Increment(ref _made)}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return Of(name);
    }

    /// <summary>Empties a database of <see cref="CreateDatabaseAsync"/> for the next test, which takes a tenth of what making one does.</summary>
    public async Task ReleaseAsync(string connection)
    {
        string name = new NpgsqlConnectionStringBuilder(connection).Database!;
        try
        {
            await ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()");
            await ExecuteAsync(Empty, connection);
            _emptied.Add(connection);
        }
        catch (NpgsqlException)
        {
            await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

    /// <summary>Drops a database.</summary>
    public Task DropAsync(string connection) => ExecuteAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connection).Database} WITH (FORCE)");

    /// <summary>Runs a statement, in the database of the server's owner when none is named.</summary>
    public async Task ExecuteAsync(string sql, string? database = null)
    {
        await using var connection = new NpgsqlConnection(database ?? _address.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private string Of(string database) => new NpgsqlConnectionStringBuilder(_address.ConnectionString) { Database = database }.ConnectionString;

    private static Task<TestPostgres> StartAsync() =>
        Environment.GetEnvironmentVariable("LEEWAY_TEST_POSTGRES") is { Length: > 0 } other
            ? Task.FromResult(new TestPostgres(new NpgsqlConnectionStringBuilder(other) { Pooling = false }))
            : StartOwnAsync(durable: false);

    private static async Task<TestPostgres> StartOwnAsync(bool durable)
    {
        string bin = FindPrograms() ?? throw new InvalidOperationException(
            "PostgreSQL's server is not installed. On Debian: apt-get install postgresql-15; './dev test' does so as root. Or name a server in LEEWAY_TEST_POSTGRES.");
        int port = FreePort();
        string settings = "listen_addresses=127.0.0.1 max_connections=400 shared_buffers=64MB max_wal_size=512MB unix_socket_directories="
            + (durable ? "" : " fsync=off synchronous_commit=off full_page_writes=off");
        string script = $"""
            set -e
            folder=$(mktemp -d "/tmp/leeway-postgres-XXXXXX")
            '{bin}/initdb' -D "$folder/data" -U leeway --auth=trust -E UTF8 --no-locale --no-sync >"$folder/log" 2>&1
            '{bin}/postgres' -D "$folder/data" -p {port} {string.Join(' ', settings.Split(' ').Select(setting => "-c " + setting))} >>"$folder/log" 2>&1 </dev/null &
            server=$!
            cat >/dev/null
            kill -INT $server
            wait $server || true
            rm -rf "$folder"
            """;
        var start = new ProcessStartInfo { RedirectStandardInput = true, WorkingDirectory = "/" };
        string[] command = Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", "sh", "-c", script] : ["sh", "-c", script];
        start.FileName = command[0];
        foreach (string argument in command[1..])
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        var address = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = "leeway",
            Database = "postgres",
            Pooling = false,
            Timeout = 5,
        };
        var server = new TestPostgres(address);
        for (int i = 0; ; i++)
        {
            try
            {
                await server.ExecuteAsync("SELECT 1");
                s_started.Add(process);
                return server;
            }
            catch (NpgsqlException) when (i < 600 && !process.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Stops all servers that were started.</summary>
    public static async Task StopAsync()
    {
        while (s_started.TryTake(out Process? process))
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private static string? FindPrograms()
    {
        string[] folders = Directory.Exists("/usr/lib/postgresql")
            ? [.. Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(static folder => folder, StringComparer.Ordinal).Select(static folder => Path.Combine(folder, "bin"))]
            : [];
        return folders.Concat(Environment.GetEnvironmentVariable("PATH")!.Split(':')).FirstOrDefault(static folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
