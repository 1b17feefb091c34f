using Leeway.Economics;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Configuration.Binding;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Prices;

/// <summary>
/// The prices in force. The catalogue file is read again when its content changes or the configuration names another one; a file that is
/// no catalogue changes nothing: the last good prices stay.
/// </summary>
public sealed partial class LivePrices : IPriceCatalog, IHostedService, IDisposable
{
    private readonly IConfigSource _config;
    private readonly TimeProvider _clock;
    private readonly ILogger<LivePrices> _logger;
    private readonly Lock _reading = new();
    private volatile Loaded _loaded;
    private ITimer? _timer;

    /// <exception cref="PriceCatalogException">The file is not a catalogue.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public LivePrices(IConfigSource config, TimeProvider clock, ILogger<LivePrices> logger)
    {
        (_config, _clock, _logger) = (config, clock, logger);
        string path = CatalogFile.PathOf(config.Current);
        string fingerprint = Fingerprints.Now(path);
        _loaded = new Loaded(CatalogFile.Load(path), path, fingerprint, 0);
        config.Changed += OnConfigChanged;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Models => _loaded.Catalog.Models;

    /// <inheritdoc/>
    public long Revision => _loaded.Revision;

    /// <inheritdoc/>
    public ModelPrice? Find(string model, DateTimeOffset at) => _loaded.Catalog.Find(model, at);

    /// <inheritdoc/>
    public ModelPrice? Find(string name, int prefix, DateTimeOffset at) => _loaded.Catalog.Find(name, prefix, at);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer ??= _clock.CreateTimer(_ => RunOnce(), null, ConfigWatcher.Interval, ConfigWatcher.Interval);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _config.Changed -= OnConfigChanged;
        _timer?.Dispose();
    }

    /// <summary>Reads the file again if it is another one or its content has changed since the last look.</summary>
    public void RunOnce()
    {
        lock (_reading)
        {
            string path = CatalogFile.PathOf(_config.Current);
            try
            {
                string fingerprint = Fingerprints.Now(path);
                if (path == _loaded.Path && fingerprint == _loaded.Fingerprint)
                {
                    return;
                }

                // Looked at once, whether it is good or not; the next change is another chance.
                Loaded before = _loaded;
                _loaded = before with { Path = path, Fingerprint = fingerprint };
                _loaded = new Loaded(CatalogFile.Load(path), path, fingerprint, before.Revision + 1);
                LogReloaded(path, _loaded.Catalog.Models.Count);
            }
            catch (Exception failure) when (failure is PriceCatalogException or IOException or UnauthorizedAccessException)
            {
                LogKept(failure.Message);
            }
        }
    }

    private void OnConfigChanged(LeewayConfig config) => RunOnce();

    [LoggerMessage(8011, LogLevel.Information, "Prices read again from {File}: {Models} models")]
    private partial void LogReloaded(string file, int models);

    [LoggerMessage(8012, LogLevel.Error, "Prices not read again, the last good ones stay in force: {Reason}")]
    private partial void LogKept(string reason);

    private sealed record Loaded(PriceCatalog Catalog, string Path, string Fingerprint, long Revision);
}
