using System.Globalization;
using System.Text;
using System.Text.Json;
using Leeway.Chaos.Checking;
using Leeway.Chaos.Load;
using Leeway.Chaos.Troubles;

namespace Leeway.Chaos.Reporting;

/// <summary>The verdict of a run.</summary>
internal sealed record ChaosReport(ChaosOptions Options, string Folder, DateTimeOffset Began, Findings Findings, TroubleLog Troubles, ClientLog Log)
{
    private const int Shown = 40;

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public bool Holds => Findings.Violations.IsEmpty;

    /// <summary>The table, and what breaks it.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Options.Command}\n\n| | |\n|---|---|\n");
        foreach ((string name, string value) in Findings.Figures)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
        }

        foreach (string promise in Promises.All)
        {
            int broken = Findings.Of(promise);
            text.Append(CultureInfo.InvariantCulture, $"| {promise} | {(broken == 0 ? "holds" : $"**{broken} violations**")} |\n");
        }

        foreach ((string kind, int count) in Findings.Explained.CountBy(one => one.Kind).OrderBy(one => one.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"| explained: {kind} | {count} |\n");
        }

        foreach ((string trouble, int count) in Log.Troubles.OrderByDescending(one => one.Value))
        {
            text.Append(CultureInfo.InvariantCulture, $"| clients met: {trouble} | {count} |\n");
        }

        foreach ((string promise, string id, string about) in Findings.Violations.Take(Shown))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{promise}: {id}: {about}");
        }

        if (!Holds)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n\nSeed {Options.Seed}. What went wrong by plan (seconds from the begin, {Began:HH:mm:ss.fff} UTC):\n{Troubles.Text(Began)}\n\nLogs and all findings: {Folder}\n");
        }

        return text.ToString();
    }

    /// <summary>Keeps everything beside the logs.</summary>
    public void Write()
    {
        File.WriteAllText(Path.Combine(Folder, "report.md"), Text());
        File.WriteAllText(Path.Combine(Folder, "troubles.txt"), Troubles.Text(Began));
        var all = new
        {
            command = Options.Command,
            seed = Options.Seed,
            began = Began,
            holds = Holds,
            figures = Findings.Figures.ToDictionary(one => one.Name, one => one.Value),
            violations = Findings.Violations.Select(one => new { promise = one.Promise, id = one.Id, text = one.Text }),
            explained = Findings.Explained.Select(one => new { kind = one.Kind, text = one.Text }),
            recoveries = Troubles.Recoveries.Select(one => new { what = one.What, seconds = one.Took.TotalSeconds }),
        };
        File.WriteAllText(Path.Combine(Folder, "report.json"), JsonSerializer.Serialize(all, s_json));
    }

    /// <summary>Drops the folder of a run that found nothing and was not told where to leave its papers.</summary>
    public void DropUnlessWanted()
    {
        if (Holds && Options.Out is null)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
