using System.Globalization;

namespace Leeway.Load.Processes;

/// <summary>CPU time of a process and its children, from <c>/proc</c>, in hundredths of a second.</summary>
internal static class ProcessCpu
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    public static double Seconds(int pid)
    {
        double own = OfOne(pid);
        string children = $"/proc/{pid}/task/{pid}/children";
        foreach (string child in File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            own += OfOne(int.Parse(child, CultureInfo.InvariantCulture));
        }

        return own;
    }

    private static double OfOne(int pid)
    {
        string stat = File.ReadAllText($"/proc/{pid}/stat");

        // The name may hold spaces; utime and stime are the 14th and 15th fields.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
