using Leeway.Cli;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Hosting;
using Leeway.Sandbox;
using Leeway.Tests.Storage.Postgres;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Leeway.Gateway.Tests.Cli;

/// <summary>A folder, and on demand a real gateway on a sandbox, driven through the command line in process.</summary>
internal sealed class CliBench : IAsyncDisposable
{
    private SandboxServer? _sandbox;
    private GatewayHost? _gateway;

    public string Folder { get; } = Directory.CreateTempSubdirectory("leeway-cli-").FullName;

    public SandboxServer Sandbox => _sandbox ?? throw new InvalidOperationException("No gateway was started.");

    public Dictionary<string, string> Variables { get; } = [];

    public string Input { get; set; } = "";

    public bool CanAsk { get; set; }

    public IAnsiConsoleInput? Keys { get; set; }

    public async Task StartGatewayAsync(params (string Path, string Value)[] settings)
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Law = "instant" }, null, TestContext.Current.CancellationToken);
        Dictionary<string, string> overrides = new()
        {
            ["server.listen"] = "127.0.0.1:0",
            ["server.admin_listen"] = "127.0.0.1:0",
            ["lanes.batch.poll.min"] = "1s",
            ["providers.sandbox.kind"] = "openai",
            ["providers.sandbox.api_key"] = "any",
            ["providers.sandbox.base_url"] = new Uri(_sandbox.BaseUri, "v1").ToString(),
        };
        foreach ((string path, string value) in TestDatabases.Settings(Path.Combine(Folder, "data")).Select(static pair => (pair.Key, pair.Value)).Concat(settings))
        {
            overrides[path] = value;
        }

        var sources = new ConfigSources { Folder = Folder, Overrides = overrides };
        _gateway = await GatewayHost.StartAsync(
            new GatewayOptions { Sources = sources, Config = ConfigLoader.Load(sources), Log = LogLevel.Critical }, TestContext.Current.CancellationToken);
        Variables["LEEWAY_URL"] = _gateway.PublicUrl.ToString();
        Variables["LEEWAY_ADMIN_URL"] = _gateway.AdminUrl.ToString();
    }

    public string Write(string name, string content)
    {
        File.WriteAllText(Path.Combine(Folder, name), content);
        return name;
    }

    public string[] Lines(string name) => File.ReadAllLines(Path.Combine(Folder, name));

    public bool Exists(string name) => File.Exists(Path.Combine(Folder, name));

    public async Task<CliEnd> RunAsync(params string[] args) => await RunAsync(TestContext.Current.CancellationToken, args);

    public async Task<CliEnd> RunAsync(CancellationToken cancellationToken, params string[] args)
    {
        var stdout = new StringWriter();
        var stderr = new StringWriter();
        int exit = await LeewayCli.RunAsync(
            args, stdout, stderr, new CliSurroundings { Folder = Folder, Variables = Variables, Input = new StringReader(Input), CanAsk = CanAsk, Keys = Keys }, cancellationToken);
        return new CliEnd(exit, stdout.ToString(), stderr.ToString());
    }

    /// <summary>Runs until standard output has its first line, then interrupts.</summary>
    public async Task<CliEnd> RunUntilFirstLineAsync(params string[] args)
    {
        using var stop = new CancellationTokenSource();
        using var stdout = new FirstLineWriter(stop.Cancel);
        var stderr = new StringWriter();
        int exit = await LeewayCli.RunAsync(args, stdout, stderr, new CliSurroundings { Folder = Folder, Variables = Variables }, stop.Token);
        return new CliEnd(exit, stdout.ToString(), stderr.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }

        await TestDatabases.ReleaseAsync(Path.Combine(Folder, "data"));
        Directory.Delete(Folder, recursive: true);
    }

    private sealed class FirstLineWriter(Action onLine) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            onLine();
        }
    }
}

internal sealed record CliEnd(int Exit, string Out, string Error);
