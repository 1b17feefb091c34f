using System.Runtime.InteropServices;

namespace Leeway;

/// <summary>A thread for what can wait: the system runs it after those on which calls in real time run.</summary>
public static class PatientThread
{
    // setpriority(PRIO_PROCESS, 0, 10): on Linux the calling thread.
    private const int Process = 0;
    private const int Itself = 0;
    private const int Nice = 10;

    /// <summary>Starts a background thread.</summary>
    /// <param name="name">Its name, for those who look at the process.</param>
    /// <param name="loop">What it does.</param>
    public static Thread Start(string name, Action loop)
    {
        var thread = new Thread(() =>
        {
            GiveWay();
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

    // On Linux a thread has a nice value of its own, and .NET leaves it alone whatever its priority. A tenth of the weight of others.
    private static void GiveWay()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(Process, Itself, Nice);
        }
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);
}
