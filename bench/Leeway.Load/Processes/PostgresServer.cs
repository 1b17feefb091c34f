using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Leeway.Load.Processes;

/// <summary>
/// A PostgreSQL server of the bench's own, never as root, whose commits wait for the disk. It ends with this process, however that ends: its shell
/// waits for the end of its input.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>What is set apart from the defaults, all of which keep a commit durable.</summary>
    public const string Settings = "shared_buffers=1GB max_wal_size=8GB checkpoint_timeout=15min wal_compression=lz4 max_connections=100";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly NpgsqlConnectionStringBuilder _address;

    private PostgresServer(Process process, NpgsqlConnectionStringBuilder address, string version) => (_process, _address, Version) = (process, address, version);

    public string Version { get; }

    /// <summary>Installs the server where it is missing and possible, makes a cluster in the system's temporary folder, and starts it.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        if (FindPrograms() is null)
        {
            await Packages.InstallAsync("postgresql-15");
        }

        string bin = FindPrograms() ?? throw new InvalidOperationException("PostgreSQL's server is not installed.");
        int port = FreePort();
        string script = string.Create(CultureInfo.InvariantCulture, $"""
            set -e
            folder=$(mktemp -d "/tmp/leeway-bench-postgres-XXXXXX")
            '{bin}/initdb' -D "$folder/data" -U leeway --auth=trust -E UTF8 --no-locale --no-sync >"$folder/log" 2>&1
            '{bin}/postgres' -D "$folder/data" -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= {string.Join(' ', Settings.Split(' ').Select(static setting => "-c " + setting))} >>"$folder/log" 2>&1 </dev/null &
            server=$!
            cat >/dev/null
            kill -INT $server
            wait $server || true
            rm -rf "$folder"
            """);
        string[] command = Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", "sh", "-c", script] : ["sh", "-c", script];
        Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, WorkingDirectory = "/" })!;
        var address = new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Username = "leeway", Database = "postgres", Pooling = false, Timeout = 60 };
        long begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(address.ConnectionString);
                await connection.OpenAsync();
                return new PostgresServer(process, address, connection.PostgreSqlVersion.ToString());
            }
            catch (NpgsqlException) when (!process.HasExited && Stopwatch.GetElapsedTime(begun) < Patience)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Makes a database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateAsync(string name)
    {
        await using NpgsqlConnection connection = await OpenAsync(_address.ConnectionString);
        await ExecuteAsync(connection, $"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(_address.ConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>A connection for statements that take long.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Runs a statement.</summary>
    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static string? FindPrograms() =>
        (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [])
        .OrderByDescending(static folder => folder, StringComparer.Ordinal)
        .Select(static folder => Path.Combine(folder, "bin"))
        .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
        .FirstOrDefault(static folder => File.Exists(Path.Combine(folder, "initdb")));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
