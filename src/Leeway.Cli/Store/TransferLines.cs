using System.Globalization;
using Leeway.Storage.Archives;

namespace Leeway.Cli.Store;

/// <summary>Tells how far a transfer is, a line each few seconds and one for each part, and what it came to.</summary>
internal sealed class TransferLines(Shell shell) : IProgress<TransferProgress>
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(2);

    private long _last = shell.Clock.GetTimestamp();

    /// <inheritdoc/>
    public void Report(TransferProgress value)
    {
        bool isDue = shell.Clock.GetElapsedTime(_last) >= s_between;
        if (value.Count == 0 || !(isDue || (value.IsDone && value.Step == TransferStep.Copy)))
        {
            return;
        }

        _last = shell.Clock.GetTimestamp();
        string verb = value.Step == TransferStep.Copy ? "copied" : "checked";
        shell.Say($"{value.What}: {Count(value.Count)} {verb}, {Megabytes(value.Bytes)}{(value.IsDone ? "" : " …")}");
    }

    /// <summary>What was carried.</summary>
    public static void Print(Shell shell, TransferReport report, string verb)
    {
        long rows = report.Tables.Sum(static table => table.Rows);
        if (shell.Json)
        {
            PrintJson(shell, report, rows);
        }
        else
        {
            shell.Say(
                $"{StoreArguments.Sentence(report.From)} was {verb} {report.To}: schema {report.Schema}, {Count(rows)} rows in {report.Tables.Count} tables, {Count(report.Contents.Count)} files. Counts and checksums are equal.");
        }

        if (report.Gone.Count > 0)
        {
            shell.Say($"warning: {report.Gone.Count} files that rows name were not there; they were removed meanwhile, or lost before.");
        }
    }

    private static void PrintJson(Shell shell, TransferReport report, long rows) => shell.PrintJson(json =>
    {
        json.WriteStartObject();
        json.WriteString("from", report.From);
        json.WriteString("to", report.To);
        json.WriteNumber("schema", report.Schema);
        json.WriteNumber("rows", rows);
        json.WriteNumber("files", report.Contents.Count);
        json.WriteStartArray("missing_files");
        foreach (Guid id in report.Gone)
        {
            json.WriteStringValue(id.ToString("N"));
        }

        json.WriteEndArray();
        json.WriteStartArray("tables");
        foreach (TableReport table in report.Tables)
        {
            json.WriteStartObject();
            json.WriteString("name", table.Name);
            json.WriteNumber("rows", table.Rows);
            json.WriteNumber("bytes", table.Bytes);
            json.WriteString("checksum", table.Checksum);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
