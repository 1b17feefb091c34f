using Leeway.Gateway.Configuration.Binding;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Leeway.Gateway.Configuration;

/// <summary>
/// Reloads the configuration when the content of its files changes. A configuration with errors changes nothing: the last good one
/// stays in force. Comparing contents, not times or inodes, sees a swapped symlink and ignores a touched file.
/// </summary>
public sealed partial class ConfigWatcher : IConfigSource, IHostedService, IDisposable
{
    /// <summary>Between two looks at the files.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ConfigSources _sources;
    private readonly TimeProvider _time;
    private readonly ILogger<ConfigWatcher> _logger;
    private readonly Lock _reloading = new();
    private IReadOnlyDictionary<string, string> _fingerprint;
    private volatile LeewayConfig _current;
    private volatile bool _lastReloadSucceeded = true;
    private ITimer? _timer;

    /// <param name="sources">What <paramref name="initial"/> was loaded from.</param>
    /// <param name="initial">A result without errors.</param>
    public ConfigWatcher(ConfigSources sources, ConfigResult initial, TimeProvider time, ILogger<ConfigWatcher> logger)
    {
        _current = initial.Config ?? throw new ArgumentException("The first configuration has errors.", nameof(initial));
        // A file that was there at start must stay: its absence is an error, not a return to defaults.
        _sources = sources with { File = initial.File ?? sources.File };
        _fingerprint = initial.Fingerprint;
        _time = time;
        _logger = logger;
    }

    public LeewayConfig Current => _current;

    /// <summary>False from a failed reload until one succeeds.</summary>
    public bool LastReloadSucceeded => _lastReloadSucceeded;

    public event Action<LeewayConfig>? Changed;

    /// <summary>Raised after every reload, whether it succeeded or not.</summary>
    public event Action<ConfigResult>? Reloaded;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer ??= _time.CreateTimer(_ => Look(), null, Interval, Interval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>Reloads if a file's content has changed since the last look.</summary>
    public void RunOnce()
    {
        bool changed;
        lock (_reloading)
        {
            changed = _fingerprint.Any(file => Fingerprints.Now(file.Key) != file.Value);
        }

        if (changed)
        {
            Reload();
        }
    }

    /// <summary>Reads everything again, changed or not.</summary>
    public ConfigResult Reload()
    {
        ConfigResult result;
        LeewayConfig? config = null;
        lock (_reloading)
        {
            result = Judge(ConfigLoader.Load(_sources));
            _fingerprint = result.Fingerprint;
            _lastReloadSucceeded = result.Config is not null;
            if (result.Config is not null)
            {
                _current = config = result.Config;
            }
        }

        Report(result);
        if (config is not null)
        {
            Changed?.Invoke(config);
        }

        Reloaded?.Invoke(result);
        return result;
    }

    private void Look()
    {
        try
        {
            RunOnce();
        }
        catch (Exception failure)
        {
            // An exception in a timer would end the process; the next look may succeed.
            LogLookFailed(failure);
        }
    }

    private ConfigResult Judge(ConfigResult loaded)
    {
        if (loaded.Config is null)
        {
            return loaded;
        }

        List<ConfigProblem> problems = [.. loaded.Problems];
        if (loaded.Config.UsesSandbox != _current.UsesSandbox)
        {
            // Also what a file caught while it is being written looks like: empty, and valid.
            problems.Add(new ConfigProblem
            {
                Severity = ConfigSeverity.Error,
                File = loaded.File ?? "",
                Path = "providers",
                Message = loaded.Config.UsesSandbox ? "no provider is left, which would mean the sandbox" : "a provider replaces the sandbox",
                Hint = "restart Leeway if that is meant",
            });
            return loaded with { Config = null, Problems = problems };
        }

        LeewayConfig kept = RestartOnly.Keep(_current, loaded.Config, problems);
        return loaded with { Config = kept, Problems = problems };
    }

    private void Report(ConfigResult result)
    {
        foreach (ConfigProblem problem in result.Problems)
        {
            if (problem.Severity == ConfigSeverity.Error)
            {
                LogError(problem);
            }
            else
            {
                LogWarning(problem);
            }
        }

        if (result.Config is null)
        {
            LogKept(result.Problems.Count(problem => problem.Severity == ConfigSeverity.Error));
        }
        else
        {
            LogReloaded(result.File ?? "the environment");
        }
    }
}
