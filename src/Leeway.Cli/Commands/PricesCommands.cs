using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Leeway.Cli.Hosting;
using Leeway.Cli.Prices;
using Leeway.Economics;
using Leeway.Routing;

namespace Leeway.Cli.Commands;

/// <summary><c>leeway prices list | show | diff | import</c>: the catalogue as a gateway with this configuration reads it.</summary>
internal static class PricesCommands
{
    public static Command Build(Shell shell) => new("prices", "The price catalogue: what is known, and adding to it.")
    {
        List(shell), Show(shell), PriceImportCommands.Diff(shell), PriceImportCommands.Import(shell),
    };

    private static Command List(Shell shell)
    {
        var filter = new Argument<string?>("TEXT") { Description = "Only models whose name holds this.", Arity = ArgumentArity.ZeroOrOne };
        var config = new ConfigArguments();
        var command = new Command("list", "Every model with a known price, as in force now: USD per million tokens.") { filter };
        config.AddTo(command);
        command.SetAction(parsed =>
        {
            PriceBook book = PriceBook.Open(shell, parsed, config, null);
            string text = parsed.GetValue(filter) ?? "";
            ModelPrice[] prices =
            [
                .. book.Catalog.Models.Where(model => model.Contains(text, StringComparison.OrdinalIgnoreCase))
                    .Select(model => book.Catalog.Find(model, shell.Clock.GetUtcNow())).OfType<ModelPrice>(),
            ];
            if (shell.Json)
            {
                shell.PrintJson(json => WriteList(json, prices));
                return ExitCode.Ok;
            }

            shell.PrintTable(["MODEL", "INPUT", "CACHED", "OUTPUT", "BATCH INPUT", "BATCH OUTPUT", "SINCE", "FROM"], prices.Select(price => (IReadOnlyList<string>)
            [
                price.Model, PriceText.Of(price.RealTime.Input), PriceText.Of(price.RealTime.CachedInput), PriceText.Of(price.RealTime.Output),
                PriceText.Of(price.Batch?.Input), PriceText.Of(price.Batch?.Output), PriceFileWriter.Date(price.EffectiveFrom), price.Version.Split(':', 2)[0],
            ]));
            shell.Say($"{prices.Length} models; – is unknown. 'leeway prices show MODEL' has every lane.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show(Shell shell)
    {
        var model = new Argument<string>("MODEL") { Description = "As the provider names it, with or without the vendor's prefix (azure/, vertex_ai/, …)." };
        var config = new ConfigArguments();
        var command = new Command("show", "Every dated price of one model, lane by lane: USD per million tokens.") { model };
        config.AddTo(command);
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(model)!;
            PriceBook book = PriceBook.Open(shell, parsed, config, null);
            int prefix = name.LastIndexOf('/') + 1;
            IReadOnlyList<ModelPrice> prices = book.Catalog.History(name, prefix);
            if (prices.Count == 0)
            {
                string nearest = NearestName.Find(name, book.Catalog.Models) is { } near ? $"Did you mean '{near}'? " : "";
                throw new CliFailure(ExitCode.NotFound, $"No price of '{name}' is known.", $"{nearest}'leeway prices import FILE' adds a list that has it; models.\"{name}\".price in leeway.yaml sets one.")
                {
                    Code = "model_unpriced",
                };
            }

            if (shell.Json)
            {
                shell.PrintJson(json => WriteList(json, prices));
                return ExitCode.Ok;
            }

            ModelPrice? now = book.Catalog.Find(name, prefix, shell.Clock.GetUtcNow());
            foreach (ModelPrice price in prices)
            {
                Print(shell, price, isNow: ReferenceEquals(price, now));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static void Print(Shell shell, ModelPrice price, bool isNow)
    {
        string end = price.EffectiveTo is { } to ? $" until {PriceFileWriter.Date(to)}" : "";
        shell.Say($"{price.Model} from {PriceFileWriter.Date(price.EffectiveFrom)}{end}{(isNow ? ", in force now" : "")} ({price.Version})");
        if (price.Source is { } source)
        {
            shell.Say($"  {source}");
        }

        string[] header = ["TOKENS", "REAL TIME", "BATCH", "FLEX", "PRIORITY"];
        shell.PrintTable(header, Rows([price.RealTime, price.Batch, price.Flex, price.PriorityTier], ""));
        if (price.OffPeak is { } hours)
        {
            shell.Say($"  off-peak, {string.Join(" and ", hours.Windows.Select(window => FormattableString.Invariant($"{window.From:HH\\:mm} to {window.To:HH\\:mm} {window.Tz}")))}:");
            shell.PrintTable(header, Rows([hours.RealTime ?? price.RealTime, hours.Batch ?? price.Batch, hours.Flex ?? price.Flex, hours.PriorityTier ?? price.PriorityTier], ""));
        }
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(IReadOnlyList<LanePrice?> lanes, string suffix)
    {
        string[] names = [.. lanes.OfType<LanePrice>().First().Classes().Select(tokens => tokens.Name)];
        for (int i = 0; i < names.Length; i++)
        {
            decimal?[] prices = [.. lanes.Select(lane => lane?.Classes()[i].Price)];
            if (names[i] is "input" or "output" || prices.Any(price => price is not null))
            {
                yield return [names[i] + suffix, .. prices.Select(PriceText.Of)];
            }
        }

        if (lanes.OfType<LanePrice>().Select(lane => lane.LongContext?.Above).Min() is { } above)
        {
            foreach (IReadOnlyList<string> row in Rows([.. lanes.Select(lane => lane?.ForInput(above + 1))], string.Create(CultureInfo.InvariantCulture, $" >{above}")))
            {
                yield return row;
            }
        }
    }

    private static void WriteList(Utf8JsonWriter json, IEnumerable<ModelPrice> prices)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (ModelPrice price in prices)
        {
            PriceFileWriter.Write(json, price);
        }

        json.WriteEndArray();
        json.WriteBoolean("has_more", false);
        json.WriteEndObject();
    }
}
