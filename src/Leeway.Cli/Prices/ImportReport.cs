using System.Globalization;
using System.Text.Json;
using Leeway.Economics;
using Leeway.Economics.Import;

namespace Leeway.Cli.Prices;

/// <summary>What an import does, for people and for programs.</summary>
internal sealed class ImportReport(string file, PriceImport import, IReadOnlyList<PriceChange> changes)
{
    public int Count(PriceChangeKind kind) => changes.Count(change => change.Kind == kind);

    public int Count(BatchOrigin origin) => import.Prices.Count(price => price.Batch == origin);

    private int Free => import.Prices.Count(price => price.IsFree);

    private int Partly => import.Prices.Count(price => price.Uncounted.Count > 0);

    /// <summary>What was refused, and the counts.</summary>
    /// <param name="shell">Where to.</param>
    /// <param name="end">The last sentence: what came of it.</param>
    /// <param name="withChanges">Whether each changed price is shown.</param>
    public void Print(Shell shell, string end, bool withChanges)
    {
        if (withChanges && changes.Any(change => change.Kind == PriceChangeKind.Changed))
        {
            shell.PrintTable(["MODEL", "PRICE", "NOW", "THEN"], changes.Where(change => change.Kind == PriceChangeKind.Changed).SelectMany(Differences));
        }

        if (import.Refused.Count > 0)
        {
            shell.PrintTable(["REFUSED", "CODE", "REASON"], import.Refused.Select(row => (IReadOnlyList<string>)[row.Model, row.Code, row.Reason]));
        }

        shell.Say(Line($"{file}: {import.Prices.Count + import.Refused.Count} rows, {import.Prices.Count} prices ({Count(PriceChangeKind.Added)} new, {Count(PriceChangeKind.Changed)} changed, {Count(PriceChangeKind.Unchanged)} as they are), {import.Refused.Count} refused{ByCode()}."));
        shell.Say(Line($"Batch prices: {Count(BatchOrigin.Listed)} listed, {Count(BatchOrigin.ByRule)} by the vendor's rule, {Count(BatchOrigin.Unknown)} unknown."));
        if (Free > 0)
        {
            shell.Say(Line($"{Free} models cost nothing by this list; set models.<name>.price where that is not so."));
        }

        if (Partly > 0)
        {
            shell.Say(Line($"{Partly} models also charge for requests, searches or images, which their costs here leave out."));
        }

        shell.Say(end);
    }

    public void Write(Utf8JsonWriter json, string path, bool written)
    {
        json.WriteStartObject();
        json.WriteString("file", file);
        json.WriteString("catalogue", path);
        json.WriteBoolean("written", written);
        json.WriteNumber("rows", import.Prices.Count + import.Refused.Count);
        json.WriteNumber("imported", import.Prices.Count);
        json.WriteNumber("added", Count(PriceChangeKind.Added));
        json.WriteNumber("changed", Count(PriceChangeKind.Changed));
        json.WriteNumber("unchanged", Count(PriceChangeKind.Unchanged));
        json.WriteNumber("free", Free);
        json.WriteNumber("partly_priced", Partly);
        json.WriteStartObject("batch");
        json.WriteNumber("listed", Count(BatchOrigin.Listed));
        json.WriteNumber("by_rule", Count(BatchOrigin.ByRule));
        json.WriteNumber("unknown", Count(BatchOrigin.Unknown));
        json.WriteEndObject();
        json.WriteStartArray("refused");
        foreach (RefusedPrice row in import.Refused)
        {
            json.WriteStartObject();
            json.WriteString("model", row.Model);
            json.WriteString("code", row.Code);
            json.WriteString("reason", row.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteChanges(json);
        json.WriteEndObject();
    }

    private void WriteChanges(Utf8JsonWriter json)
    {
        json.WriteStartArray("changes");
        foreach (PriceChange change in changes.Where(change => change.Kind != PriceChangeKind.Unchanged))
        {
            json.WriteStartObject();
            json.WriteString("change", change.Kind == PriceChangeKind.Added ? "added" : "changed");
            json.WritePropertyName("before");
            if (change.Before is { } before)
            {
                PriceFileWriter.Write(json, before);
            }
            else
            {
                json.WriteNullValue();
            }

            json.WritePropertyName("after");
            PriceFileWriter.Write(json, change.Imported.Price);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private string ByCode() => import.Refused.Count == 0 ? ""
        : ": " + string.Join(", ", import.Refused.GroupBy(row => row.Code).OrderByDescending(group => group.Count()).Select(group => Line($"{group.Key} {group.Count()}")));

    private static IEnumerable<IReadOnlyList<string>> Differences(PriceChange change)
    {
        (string Name, LanePrice? Now, LanePrice? Then)[] lanes =
        [
            ("real_time", change.Before!.RealTime, change.Imported.Price.RealTime),
            ("batch", change.Before.Batch, change.Imported.Price.Batch),
            ("flex", change.Before.Flex, change.Imported.Price.Flex),
            ("priority", change.Before.PriorityTier, change.Imported.Price.PriorityTier),
        ];
        return lanes.SelectMany(lane => Differences(change.Imported.Price.Model, lane.Name, lane.Now, lane.Then));
    }

    private static IEnumerable<IReadOnlyList<string>> Differences(string model, string lane, LanePrice? now, LanePrice? then)
    {
        foreach ((string name, decimal? _) in (now ?? then)?.Classes() ?? [])
        {
            (decimal? before, decimal? after) = (Of(now, name), Of(then, name));
            if (before != after)
            {
                yield return [model, $"{lane}.{name}", PriceText.Of(before), PriceText.Of(after)];
            }
        }

        if (now?.LongContext != then?.LongContext)
        {
            long above = (then?.LongContext ?? now!.LongContext!).Above;
            foreach (IReadOnlyList<string> row in Differences(model, Line($"{lane}.above_{above}"), now?.LongContext?.Price, then?.LongContext?.Price))
            {
                yield return row;
            }
        }
    }

    private static decimal? Of(LanePrice? price, string name) => price?.Classes().First(tokens => tokens.Name == name).Price;

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
