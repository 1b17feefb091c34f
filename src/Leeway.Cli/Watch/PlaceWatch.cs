using Leeway.Cli.Hosting;
using Leeway.Cli.Runs;

namespace Leeway.Cli.Watch;

/// <summary>
/// Looks at a place again and again. A file is to be run when it is a batch file, has no results beside it, and is whole. Its results are what says
/// that it was run, so that no second list has to agree with the place.
/// </summary>
internal sealed class PlaceWatch(Shell shell, WatchOptions options, IObjectStore store, GatewayTarget gateway, KnownPrices prices)
{
    private const string Suffix = ".jsonl";
    private const string OutSuffix = ".out.jsonl";
    private const string ErrorSuffix = ".errors.jsonl";

    private readonly Dictionary<string, StoredObject> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _leftOut = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task<FileOutcome>> _running = new(StringComparer.Ordinal);

    // A folder shows files while they are written; an object is there whole or not at all.
    private readonly bool _showsUnfinished = store.AddressOf("x").StartsWith("file:", StringComparison.Ordinal);

    /// <summary>Runs until it is cancelled; with <c>--once</c> until everything has been run.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Work);
        shell.Say($"Watching {options.Place}; each NAME{Suffix} gets its results within {Output.TimeText.Of(options.Within)}.");
        bool allWell = true;
        while (true)
        {
            bool waits = await LookAsync(cancellationToken);
            foreach ((string key, Task<FileOutcome> run) in _running.Where(pair => pair.Value.IsCompleted).ToList())
            {
                FileOutcome outcome = await run;
                allWell &= outcome == FileOutcome.Good;
                _running.Remove(key);
                if (options.Once && outcome == FileOutcome.Unfinished)
                {
                    _leftOut.Add(key);
                }
            }

            if (options.Once && !waits && _running.Count == 0)
            {
                return allWell ? ExitCode.Ok : ExitCode.PartialFailure;
            }

            Task pause = Task.Delay(options.Once && waits && options.Settle < options.Every ? options.Settle : options.Every, shell.Clock, cancellationToken);
            await (_running.Count > 0 ? Task.WhenAny([pause, .. _running.Values]) : pause);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Starts what is there.</summary>
    /// <returns>Whether something waits: to be whole, or for its turn.</returns>
    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var files = new List<StoredObject>();
        try
        {
            await foreach (StoredObject item in store.ListAsync("", cancellationToken))
            {
                keys.Add(item.Key);
                if (item.Key.EndsWith(Suffix, StringComparison.Ordinal) && !item.Key.EndsWith(OutSuffix, StringComparison.Ordinal) && !item.Key.EndsWith(ErrorSuffix, StringComparison.Ordinal))
                {
                    files.Add(item);
                }
            }
        }
        catch (ProviderException error) when (!options.Once)
        {
            shell.Say($"{options.Place} cannot be listed now: {error.Error.Message}");
            return true;
        }
        catch (ProviderException error)
        {
            throw new CliFailure(ExitCode.Failed, $"{options.Place} cannot be listed: {error.Error.Message}");
        }

        bool waits = false;
        foreach (StoredObject file in files.Where(file => !keys.Contains(OutputOf(file.Key, OutSuffix)) && !_running.ContainsKey(file.Key) && !_leftOut.Contains(file.Key)))
        {
            if (IsWhole(file) && _running.Count < options.AtOnce)
            {
                var one = new WatchedFile(shell, options, store, gateway, prices, file.Key, OutputOf(file.Key, OutSuffix), OutputOf(file.Key, ErrorSuffix));
                _running.Add(file.Key, Task.Run(() => one.RunAsync(cancellationToken), CancellationToken.None));
            }
            else
            {
                waits = true;
            }
        }

        return waits;
    }

    private bool IsWhole(StoredObject file)
    {
        if (!_showsUnfinished)
        {
            return true;
        }

        bool isSame = _seen.TryGetValue(file.Key, out StoredObject before) && before == file;
        _seen[file.Key] = file;
        return isSame && shell.Clock.GetUtcNow() - file.ModifiedAt >= options.Settle;
    }

    private static string OutputOf(string key, string suffix) => key[..^Suffix.Length] + suffix;
}
