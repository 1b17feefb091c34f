using System.Runtime.InteropServices;

namespace Leeway;

/// <summary>A thread for what can wait: the system runs it after those on which calls in real time run.</summary>
public static class PatientThread
{
    /// <summary>The nice value of work that can wait: a tenth of the weight of other threads.</summary>
    public const int Work = 10;

    /// <summary>That of what such work waits for, and real time's ledger entries too: a third.</summary>
    public const int Storage = 5;

    // setpriority(PRIO_PROCESS, 0, …): on Linux the calling thread.
    private const int Process = 0;
    private const int Itself = 0;

    /// <summary>Starts a background thread.</summary>
    /// <param name="name">Its name, for those who look at the process.</param>
    /// <param name="nice">How far it gives way, on Linux; elsewhere its priority is below normal.</param>
    /// <param name="loop">What it does.</param>
    public static Thread Start(string name, int nice, Action loop)
    {
        var thread = new Thread(() =>
        {
            GiveWay(nice);
            loop();
        })
        {
            IsBackground = true,
            Name = name,
            Priority = ThreadPriority.BelowNormal,
        };
        thread.Start();
        return thread;
    }

    // On Linux a thread has a nice value of its own, and .NET leaves it alone whatever its priority.
    private static void GiveWay(int nice)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(Process, Itself, nice);
        }
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);
}
