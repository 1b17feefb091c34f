using System.CommandLine;
using System.Globalization;
using Leeway.Cli.Hosting;
using Leeway.Cli.Output;
using Leeway.Cli.Prices;
using Leeway.Cli.Runs;
using Leeway.Economics;
using Leeway.Economics.Import;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway prices diff | import</c>: a price list from elsewhere beside the catalogue, and into it.</summary>
internal static class PriceImportCommands
{
    public static Command Diff(Shell shell)
    {
        var file = new Argument<string>("FILE") { Description = "A price list in litellm's keys, or a catalogue file of Leeway." };
        var from = FromOption();
        var config = new ConfigArguments();
        var command = new Command("diff", "What importing a price list would change. Writes nothing.") { file, from };
        config.AddTo(command);
        command.SetAction(parsed =>
        {
            PriceBook book = PriceBook.Open(shell, parsed, config, null);
            (ImportReport report, IReadOnlyList<PriceChange> _) = Compare(shell, book, parsed.GetValue(file)!, From(shell, parsed.GetValue(from)));
            if (shell.Json)
            {
                shell.PrintJson(json => report.Write(json, book.Path, written: false));
            }
            else
            {
                report.Print(shell, $"Nothing was written; 'leeway prices import {parsed.GetValue(file)}' writes {book.Path}.", withChanges: true);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Import(Shell shell)
    {
        var file = new Argument<string>("FILE") { Description = "A price list in litellm's keys, or a catalogue file of Leeway." };
        var from = FromOption();
        var to = new Option<string?>("--to") { Description = "The catalogue file to write; prices.file of the configuration, else prices.json in the storage's folder.", HelpName = "FILE" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be imported and write nothing." };
        var config = new ConfigArguments();
        var command = new Command("import", "Add a price list to the catalogue file, which a running gateway reads at once.") { file, from, to, dryRun };
        config.AddTo(command);
        command.SetAction(parsed =>
        {
            PriceBook book = PriceBook.Open(shell, parsed, config, parsed.GetValue(to));
            (ImportReport report, IReadOnlyList<PriceChange> changes) = Compare(shell, book, parsed.GetValue(file)!, From(shell, parsed.GetValue(from)));
            int entries = report.Count(PriceChangeKind.Added) + report.Count(PriceChangeKind.Changed);
            bool writes = entries > 0 && !parsed.GetValue(dryRun);
            if (writes)
            {
                book.Save(changes);
            }

            if (shell.Json)
            {
                shell.PrintJson(json => report.Write(json, book.Path, writes));
            }
            else
            {
                report.Print(shell, writes ? string.Create(CultureInfo.InvariantCulture, $"{book.Path} has {entries} new entries; earlier ones are still in it.") : "Nothing was written.", withChanges: false);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static (ImportReport Report, IReadOnlyList<PriceChange> Changes) Compare(Shell shell, PriceBook book, string file, DateTimeOffset from)
    {
        try
        {
            using FileStream stream = InputFile.Open(Path.Combine(shell.Surroundings.Folder, file), file);
            PriceImport import = PriceImport.Read(stream, file, from);
            IReadOnlyList<PriceChange> changes = PriceChange.Of(book.Catalog, import);
            return (new ImportReport(file, import, changes), changes);
        }
        catch (PriceCatalogException error)
        {
            throw new CliFailure(ExitCode.Failed, error.Message, "Nothing was changed.") { Code = "bad_price_list" };
        }
    }

    private static Option<string?> FromOption() => new("--from")
    {
        Description = "When prices without a date of their own begin: 2026-11-01 or 2026-11-01T00:00:00Z; now, if left out.",
        HelpName = "DATE",
    };

    // To the second, as the file keeps it.
    private static DateTimeOffset From(Shell shell, string? text)
    {
        if (text is null)
        {
            DateTimeOffset now = shell.Clock.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        }

        return DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset from)
            ? from
            : throw new CliFailure(ExitCode.Usage, $"--from: '{Plain.Line(text)}' is no date.", "Write 2026-11-01 or 2026-11-01T00:00:00Z.");
    }
}
