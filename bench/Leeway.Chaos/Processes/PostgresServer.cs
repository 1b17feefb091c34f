using System.Globalization;

namespace Leeway.Chaos.Processes;

/// <summary>A PostgreSQL server of our own in a folder of its own, run as the user that Debian's package made, since it refuses to be root's.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";

    private readonly string _folder;

    private PostgresServer(string folder, int port) => (_folder, Port) = (folder, port);

    public int Port { get; }

    public static async Task<PostgresServer> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("leeway-chaos-pg-").FullName;
        var server = new PostgresServer(folder, Ports.Take());
        if (Environment.IsPrivilegedProcess)
        {
            await Shell.RunAsync("chown", User, folder);
        }

        await RunAsync("initdb", "-D", server.Data, "-U", "leeway", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8");
        await server.RestartAsync();
        await RunAsync("createdb", "-h", "127.0.0.1", "-p", server.Port.ToString(CultureInfo.InvariantCulture), "-U", "leeway", "leeway");
        return server;
    }

    /// <summary>How it is reached at a port, which may be a proxy's.</summary>
    public static string ConnectionAt(int port) => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username=leeway;Database=leeway");

    /// <summary>Stops it: <c>fast</c> ends its sessions, <c>immediate</c> is a crash.</summary>
    public Task StopAsync(string mode) => RunAsync("pg_ctl", "stop", "-w", "-t", "60", "-D", Data, "-m", mode);

    public Task RestartAsync() => RunAsync(
        "pg_ctl", "start", "-w", "-t", "60", "-D", Data, "-l", Path.Combine(_folder, "log"),
        "-o", string.Create(CultureInfo.InvariantCulture, $"-p {Port} -k {_folder} -c listen_addresses=127.0.0.1 -c max_connections=300"));

    public async ValueTask DisposeAsync()
    {
        await Shell.TryAsync(Program("pg_ctl").Program, [.. Program("pg_ctl").Before, "stop", "-D", Data, "-m", "immediate"]);
        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private static (string Program, string[] Before) Program(string name)
    {
        string? bin = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Order().LastOrDefault() : null;
        string path = bin is null ? name : Path.Combine(bin, "bin", name);
        return Environment.IsPrivilegedProcess ? ("runuser", ["-u", User, "--", path]) : (path, []);
    }

    private static Task<string> RunAsync(string name, params string[] arguments)
    {
        (string program, string[] before) = Program(name);
        return Shell.RunAsync(program, [.. before, .. arguments]);
    }
}
