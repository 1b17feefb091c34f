using System.Globalization;
using Leeway.Cli.Demo.Watching;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Leeway.Cli.Demo.Screen;

/// <summary>Draws a reading: clock, savings, priorities, batches, and what to try.</summary>
internal sealed class Panorama(DemoOptions options, Uri gateway, Uri admin, TimeZoneInfo zone)
{
    // Clock and savings, the table of priorities, heading and spacing of the batches, the addresses.
    private const int RowsBesides = 3 + 9 + 4 + 1;
    private const int FewestBatches = 2;
    private const int MostBatches = 6;
    private const int WideBar = 16;
    private const int NarrowBar = 6;
    private const int NarrowModel = 16;
    private const int RoomyWidth = 100;

    /// <summary>The whole screen, cut to what fits: first the C# snippet goes, then the other, then batches.</summary>
    public IRenderable Draw(Reading reading, int width, int height)
    {
        IReadOnlyList<string> curl = Snippets.Curl(gateway);
        IReadOnlyList<string> csharp = Snippets.CSharp(gateway);
        int room = height - 1 - RowsBesides;
        int batches = Math.Clamp(room - curl.Count - csharp.Count - 2, FewestBatches, MostBatches);
        room -= batches;
        List<IRenderable> rows = [.. Top(reading), Priorities(reading, width), Batches(reading, width, batches)];
        rows.Add(new Markup($"[dim]Gateway[/] [blue]{Address(gateway)}[/]  [dim]admin[/] [blue]{Address(admin)}[/]  [dim]Ctrl-C ends it[/]"));
        if (room > curl.Count)
        {
            rows.Add(Snippet(Snippets.CurlTitle, curl));
            room -= curl.Count + 1;
        }

        if (room > csharp.Count)
        {
            rows.Add(Snippet(Snippets.CSharpTitle, csharp));
        }

        return new Rows(rows);
    }

    /// <summary>What stays on the screen when the demo has ended.</summary>
    public IRenderable DrawEnd(Reading reading, int width) => new Rows([.. Top(reading), Priorities(reading, width)]);

    private IEnumerable<IRenderable> Top(Reading reading)
    {
        DateTimeOffset shown = TimeZoneInfo.ConvertTime(reading.At, zone);
        yield return new Markup(string.Create(
            CultureInfo.InvariantCulture,
            $"[bold]Leeway demo[/]  [bold aqua]{shown:ddd HH:mm:ss}[/] [dim]at {options.Scale:0.##} times the speed · simulated provider, no cost[/]"));
        yield return Text.Empty;
        yield return new Markup(
            $"  Saved so far  [bold black on green] {Words.Money(reading.Total.Saved)} [/]  [bold green]{Words.Percent(reading.Total.Saved, reading.Total.List)}[/]"
            + $" [dim]of {Words.Money(reading.Total.List)}, had all been answered at once[/]");
    }

    private static Table Priorities(Reading reading, int width)
    {
        Table table = Table(width, ("", false), ("waiting", true), ("in batch", true), ("done", true), ("P50 wait", true), ("spent", true), ("saved", true));
        foreach (PriorityReading priority in reading.Priorities)
        {
            table.AddRow(
                $"{priority.Name} [dim]{Meaning(priority.Name, width)}[/]", Words.Count(priority.Waiting), Words.Count(priority.InBatch), Words.Count(priority.Done),
                Words.Wait(priority.MedianWait), Words.Money(priority.Cost.Spent), Saved(priority.Cost));
        }

        CostLine total = reading.Total;
        return table.AddEmptyRow().AddRow(
            "[bold]all[/]", Words.Count(reading.Priorities.Sum(priority => priority.Waiting)), Words.Count(reading.Priorities.Sum(priority => priority.InBatch)),
            Words.Count(total.Requests), "", Words.Money(total.Spent), Saved(total));
    }

    private static Table Batches(Reading reading, int width, int most)
    {
        Table table = Table(width, ("batches", false), ("priority", false), ("model", false), ("requests", true), ("progress", false), ("age", true));
        foreach (BatchLine batch in reading.Batches.Take(most))
        {
            table.AddRow(
                State(batch), batch.Priority, Markup.Escape(Model(batch, width)), Words.Count(batch.Requests), Progress(batch, width < RoomyWidth ? NarrowBar : WideBar),
                Words.Wait(((batch.CollectedAt ?? reading.At) - batch.SealedAt).TotalSeconds));
        }

        if (reading.Batches.Count == 0)
        {
            table.AddRow("[dim]none yet[/]", "[dim]the first in some minutes[/]");
        }

        return table;
    }

    private static Table Table(int width, params (string Title, bool Right)[] columns)
    {
        var table = new Table { Border = TableBorder.Simple, Width = Math.Min(width, 118) };
        foreach ((string title, bool right) in columns)
        {
            var column = new TableColumn($"[dim]{title}[/]") { NoWrap = true, Alignment = right ? Justify.Right : Justify.Left };
            table.AddColumn(column);
        }

        return table;
    }

    private static string State(BatchLine batch) => batch.State switch
    {
        "collected" => "[green]collected[/]",
        "running" or "finalizing" or "collecting" => $"[aqua]{batch.State}[/]",
        "quarantined" or "abandoned" => $"[yellow]{batch.State}[/]",
        _ => batch.State,
    };

    private static string Saved(CostLine cost) => $"[green]{Words.Money(cost.Saved)} {Words.Percent(cost.Saved, cost.List),4}[/]";

    private static string Model(BatchLine batch, int width) =>
        width < RoomyWidth && batch.Model.Length > NarrowModel ? $"{batch.Model[..(NarrowModel - 1)]}…" : batch.Model;

    private static string Progress(BatchLine batch, int barWidth)
    {
        double share = batch.Requests == 0 ? 0 : Math.Min(1, (double)(batch.Completed + batch.Failed) / batch.Requests);
        int filled = (int)Math.Round(share * barWidth);
        return string.Create(CultureInfo.InvariantCulture, $"[aqua]{new string('━', filled)}[/][dim]{new string('─', barWidth - filled)}[/] {share * 100,3:0} %");
    }

    private static string Meaning(string priority, int width) => width < RoomyWidth ? "" : priority switch
    {
        "urgent" => "answered at once",
        "standard" => "within an hour, or as asked",
        _ => "within a day, sent at 02:00",
    };

    private static Rows Snippet(string title, IReadOnlyList<string> lines) =>
        new([new Markup($"[dim]{title}[/]"), .. lines.Select(line => new Text(line, new Style(Color.Silver)))]);

    private static string Address(Uri uri) => uri.GetLeftPart(UriPartial.Authority);
}
