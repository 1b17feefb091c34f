using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Leeway.Load.Reporting;

/// <summary>A results page: what was run, where, the tables, the verdicts.</summary>
internal sealed class Report(string title, string command)
{
    private readonly StringBuilder _text = new();
    private readonly string _loadBefore = LoadAverage();

    public Report Line(string line = "")
    {
        _text.Append(line).Append('\n');
        return this;
    }

    /// <summary>Adds the verdicts; whether all hold that count.</summary>
    public bool Verdicts(IReadOnlyList<Must> musts)
    {
        Line().Line("| must | limit | measured ratio, median [min–max] | verdict |").Line("|---|---|---|---|");
        foreach (Must must in musts)
        {
            Line(must.ToString());
        }

        return musts.All(static must => must.Holds || !must.Counts);
    }

    /// <summary>Prints the page, and writes it where the command says.</summary>
    public void Publish(string? file)
    {
        string page = string.Create(CultureInfo.InvariantCulture, $"""
            # {title}

            - {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, `{command}`
            - {CpuModel()}, {Environment.ProcessorCount} cores, Linux {KernelVersion()}, {RuntimeInformation.FrameworkDescription}
            - Load average before and after: {_loadBefore} / {LoadAverage()}. Everything, the load generator included, shares these cores; variants are interleaved, and ratios are taken round by round.


            """) + _text;
        Console.Write(page);
        if (file is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            File.WriteAllText(file, page);
        }
    }

    private static string CpuModel() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown CPU";

    private static string KernelVersion() => File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
