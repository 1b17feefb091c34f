using Leeway.Gateway.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Configuration;

public sealed class ConfigWatcherTests : IDisposable
{
    private readonly ConfigFolder _folder = new("hold: { max: 1m }\n");
    private readonly FakeTimeProvider _time = new();
    private readonly List<ConfigResult> _reloads = [];
    private readonly List<LeewayConfig> _changes = [];
    private ConfigWatcher? _watcher;

    public void Dispose()
    {
        _watcher?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_changed_file_takes_effect_at_the_next_look()
    {
        ConfigWatcher watcher = await StartAsync();
        LeewayConfig before = watcher.Current;
        _folder.Write("leeway.yaml", "hold: { max: 2m }\n");
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Same(before, watcher.Current);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromMinutes(2), watcher.Current.Hold.Max);
        Assert.Equal(TimeSpan.FromMinutes(1), before.Hold.Max);
        Assert.Same(watcher.Current, Assert.Single(_changes));
        Assert.True(watcher.LastReloadSucceeded);
    }

    [Fact]
    public async Task A_touched_file_is_not_a_changed_one()
    {
        await StartAsync();
        File.SetLastWriteTimeUtc(_folder.At("leeway.yaml"), new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        _folder.Write("leeway.yaml", "hold: { max: 1m }\n");
        _time.Advance(ConfigWatcher.Interval);

        Assert.Empty(_reloads);
    }

    [Fact]
    public async Task A_broken_file_keeps_the_last_good_configuration_and_is_reported_once()
    {
        ConfigWatcher watcher = await StartAsync();
        LeewayConfig good = watcher.Current;
        _folder.Write("leeway.yaml", "hold: { max: soon }\n");
        _time.Advance(ConfigWatcher.Interval);
        _time.Advance(ConfigWatcher.Interval);

        Assert.Same(good, watcher.Current);
        Assert.False(watcher.LastReloadSucceeded);
        Assert.Equal("leeway.yaml:1:14 hold.max: 'soon' is not a duration; write it like 5m", Assert.Single(Assert.Single(_reloads).Problems).ToString());
        Assert.Empty(_changes);

        _folder.Write("leeway.yaml", "hold: { max: 3m }\n");
        _time.Advance(ConfigWatcher.Interval);
        Assert.True(watcher.LastReloadSucceeded);
        Assert.Equal(TimeSpan.FromMinutes(3), watcher.Current.Hold.Max);
    }

    [Fact]
    public async Task A_file_that_vanishes_keeps_the_last_good_configuration()
    {
        ConfigWatcher watcher = await StartAsync();
        File.Delete(_folder.At("leeway.yaml"));
        _time.Advance(ConfigWatcher.Interval);

        Assert.False(watcher.LastReloadSucceeded);
        Assert.Equal(TimeSpan.FromMinutes(1), watcher.Current.Hold.Max);
    }

    [Fact]
    public async Task A_file_that_appears_takes_effect()
    {
        File.Delete(_folder.At("leeway.yaml"));
        ConfigWatcher watcher = await StartAsync();
        _folder.Write("leeway.yaml", "hold: { max: 4m }\n");
        _time.Advance(ConfigWatcher.Interval);

        Assert.Equal(TimeSpan.FromMinutes(4), watcher.Current.Hold.Max);
    }

    [Fact]
    public async Task A_drop_in_that_comes_changes_and_goes_takes_effect()
    {
        ConfigWatcher watcher = await StartAsync();
        _folder.Write("leeway.d/a.yaml", "hold: { max: 2m }\n");
        _time.Advance(ConfigWatcher.Interval);
        Assert.Equal(TimeSpan.FromMinutes(2), watcher.Current.Hold.Max);

        _folder.Write("leeway.d/a.yaml", "hold: { max: 3m }\n");
        _time.Advance(ConfigWatcher.Interval);
        Assert.Equal(TimeSpan.FromMinutes(3), watcher.Current.Hold.Max);

        File.Delete(_folder.At("leeway.d/a.yaml"));
        _time.Advance(ConfigWatcher.Interval);
        Assert.Equal(TimeSpan.FromMinutes(1), watcher.Current.Hold.Max);
    }

    [Fact]
    public async Task A_mounted_folder_that_swaps_its_symlink_takes_effect()
    {
        // As a ConfigMap does: the file is a link through ..data, and ..data is replaced in one rename.
        File.Delete(_folder.At("leeway.yaml"));
        _folder.Write("..v1/leeway.yaml", "hold: { max: 1m }\n");
        _folder.Write("..v2/leeway.yaml", "hold: { max: 2m }\n");
        Directory.CreateSymbolicLink(_folder.At("..data"), "..v1");
        File.CreateSymbolicLink(_folder.At("leeway.yaml"), "..data/leeway.yaml");
        ConfigWatcher watcher = await StartAsync();
        Assert.Equal(TimeSpan.FromMinutes(1), watcher.Current.Hold.Max);

        Directory.Delete(_folder.At("..data"));
        Directory.CreateSymbolicLink(_folder.At("..data"), "..v2");
        _time.Advance(ConfigWatcher.Interval);

        Assert.Equal(TimeSpan.FromMinutes(2), watcher.Current.Hold.Max);
    }

    [Fact]
    public async Task A_rotated_secret_file_takes_effect()
    {
        _folder.Write("leeway.yaml", "providers: { openai: { kind: openai, api_key: \"${file:key}\" } }\n");
        _folder.Write("key", "first\n");
        ConfigWatcher watcher = await StartAsync();
        _folder.Write("key", "second\n");
        _time.Advance(ConfigWatcher.Interval);

        Assert.Equal("second", watcher.Current.Providers["openai"].ApiKey!.Reveal());
    }

    [Fact]
    public async Task What_needs_a_restart_keeps_its_value_and_says_so()
    {
        ConfigWatcher watcher = await StartAsync();
        _folder.Write("leeway.yaml", "hold: { max: 2m }\nserver: { listen: \"127.0.0.1:1234\", limits: { body: 5MB } }\n");
        _time.Advance(ConfigWatcher.Interval);

        Assert.Equal(8080, watcher.Current.Server.Listen.Port);
        Assert.Equal(5_000_000, watcher.Current.Server.Limits.BodyBytes);
        Assert.Equal(TimeSpan.FromMinutes(2), watcher.Current.Hold.Max);
        ConfigProblem problem = Assert.Single(Assert.Single(_reloads).Problems);
        Assert.Equal(ConfigSeverity.Warning, problem.Severity);
        Assert.Equal("server.listen: stays 127.0.0.1:8080: 127.0.0.1:1234 needs a restart", problem.ToString());
        Assert.True(watcher.LastReloadSucceeded);
    }

    [Fact]
    public async Task A_file_caught_while_it_is_empty_does_not_bring_the_sandbox()
    {
        _folder.Write("leeway.yaml", "providers: { farm: { kind: openai-compatible, base_url: \"http://gpu:8000/v1\" } }\n");
        ConfigWatcher watcher = await StartAsync();
        _folder.Write("leeway.yaml", "");
        _time.Advance(ConfigWatcher.Interval);

        Assert.False(watcher.LastReloadSucceeded);
        Assert.Equal(["farm"], watcher.Current.Providers.Keys);
    }

    [Fact]
    public async Task A_stopped_watcher_looks_no_more()
    {
        ConfigWatcher watcher = await StartAsync();
        await watcher.StopAsync(TestContext.Current.CancellationToken);
        await watcher.StopAsync(TestContext.Current.CancellationToken);
        _folder.Write("leeway.yaml", "hold: { max: 2m }\n");
        _time.Advance(ConfigWatcher.Interval);

        Assert.Empty(_reloads);
        Assert.NotNull(watcher.Reload().Config);
        Assert.Equal(TimeSpan.FromMinutes(2), watcher.Current.Hold.Max);
    }

    private async Task<ConfigWatcher> StartAsync()
    {
        _watcher = new ConfigWatcher(_folder.Sources, _folder.Load(), _time, NullLogger<ConfigWatcher>.Instance);
        _watcher.Reloaded += _reloads.Add;
        _watcher.Changed += _changes.Add;
        await _watcher.StartAsync(TestContext.Current.CancellationToken);
        return _watcher;
    }
}
