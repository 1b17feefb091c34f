using System.Globalization;

namespace Leeway.Chaos.Processes;

/// <summary>
/// The wall clock that one node sees. Debian's faketime moves it while the process runs; the monotonic clock and the times of files stay
/// true, as they do on a machine whose date is wrong.
/// </summary>
internal sealed class NodeClock(string folder)
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
    private const string ArmLibrary = "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1";

    private readonly string _file = Path.Combine(folder, "clock");

    /// <summary>Whether clocks can be moved here.</summary>
    public static bool IsAvailable => Found is not null;

    private static string? Found => File.Exists(Library) ? Library : File.Exists(ArmLibrary) ? ArmLibrary : null;

    /// <summary>Sets how far the node's clock is ahead.</summary>
    public void Skew(TimeSpan ahead)
    {
        // Written beside and moved: the node must never read half of it.
        string next = _file + ".next";
        File.WriteAllText(next, string.Create(CultureInfo.InvariantCulture, $"{(ahead < TimeSpan.Zero ? '-' : '+')}{Math.Abs((long)ahead.TotalSeconds)}\n"));
        File.Move(next, _file, overwrite: true);
    }

    public void AddTo(IDictionary<string, string?> environment)
    {
        if (Found is not { } library)
        {
            return;
        }

        if (!File.Exists(_file))
        {
            Skew(TimeSpan.Zero);
        }

        environment["LD_PRELOAD"] = library;
        environment["FAKETIME_TIMESTAMP_FILE"] = _file;
        environment["FAKETIME_CACHE_DURATION"] = "1";
        environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";

        // Waits of the runtime are on the monotonic clock already; faketime's own correction makes them end at once.
        environment["FAKETIME_FORCE_MONOTONIC_FIX"] = "0";
        environment["NO_FAKE_STAT"] = "1";
    }
}
