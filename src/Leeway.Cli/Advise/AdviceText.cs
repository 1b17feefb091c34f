using System.Globalization;
using Leeway.Advisor;
using Leeway.Advisor.Advice;
using Leeway.Advisor.Profile;
using Leeway.Cli.Output;

namespace Leeway.Cli.Advise;

/// <summary>The advice as a person reads it in a terminal: first what was understood, then what the traffic is like, then what to do.</summary>
internal static class AdviceText
{
    private const int MostRows = 12;

    public static void Print(Shell shell, AdviceResult result)
    {
        Source(shell, result.Source);
        Profile(shell, result.Profile);
        Models(shell, result.Profile);
        Advice(shell, result);
        Section(shell, "RISKS");
        foreach (AdviceRisk risk in result.Risks)
        {
            Line(shell, "- " + risk.Risk);
            Line(shell, "  " + risk.Remedy);
        }

        Section(shell, "LEEWAY.YAML");
        shell.Out.WriteLine(Plain.Lines(result.Configuration.TrimEnd()));
    }

    private static void Source(Shell shell, TraceSource source)
    {
        foreach (TraceFileRead file in source.Files)
        {
            Line(shell, $"{file.Path}: {file.Format}");
            Line(shell, "  taken: " + string.Join(", ", file.Columns.Select(column => $"{column.Field}={column.Column} ({column.Type}{(column.Given ? ", given" : "")})")));
            if (file.Unused.Count > 0)
            {
                Line(shell, "  not used: " + string.Join(", ", file.Unused));
            }
        }

        Line(shell, Text($"  {source.RowsUsed:#,0} of {source.Rows:#,0} rows used"));
        foreach (RowsSetAside rows in source.SetAside)
        {
            Line(shell, Text($"  set aside: {rows.Rows:#,0} with {rows.Reason}{(rows.Example is null ? "" : $", such as '{rows.Example}'")}"));
        }

        foreach (string note in source.Notes)
        {
            Line(shell, "  note: " + note);
        }
    }

    private static void Profile(Shell shell, TraceProfile profile)
    {
        TraceVolume volume = profile.Volume;
        Section(shell, "PROFILE");
        Line(shell, volume.RelativeTime
            ? Text($"volume     {volume.Requests:#,0} requests in {TimeText.Of(TimeSpan.FromSeconds(volume.SpanSeconds))}")
            : Text($"volume     {volume.Requests:#,0} requests from {volume.From.UtcDateTime:yyyy-MM-dd HH:mm:ss} to {volume.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"));
        Line(shell, Text($"tokens     {volume.InputTokens:#,0} in ({volume.CachedTokens:#,0} cached), {volume.OutputTokens:#,0} out"));
        Line(shell, "rate       " + (volume.RequestsPerSecond is { } rate ? Text($"{rate:0.00##}/s, {rate * 86400:#,0} a day") : "–"));
        if (profile.Arrivals is { } arrivals)
        {
            string dispersion = string.Join(", ", arrivals.Dispersion.Select(window => Text($"{window.Index:0.0} at {window.WindowSeconds:0} s")));
            Line(shell, Text($"gaps       CV {arrivals.GapCv:0.00} (1 is chance, more is bursts)") + (dispersion.Length > 0 ? "; index of dispersion " + dispersion : ""));
            if (arrivals.ClockTickSeconds is { } tick)
            {
                Line(shell, Text($"clock      ticks every {tick:0.###} s; requests were spread over the tick for gaps and dispersion"));
            }

            if (arrivals.Backwards > 0)
            {
                Line(shell, Text($"order      {arrivals.Backwards:#,0} rows lie before the row above them; they were sorted"));
            }
        }

        Line(shell, "day        " + (profile.Hours.PeakToTrough is { } ratio
            ? Text($"busiest hour {ratio:0.0} times the quietest: {Hours(profile)}")
            : "no whole day: the hours cannot be compared"));
        Tokens(shell, "input", profile.Input);
        Tokens(shell, "output", profile.Output);
        if (profile.LatencySeconds is { } latency)
        {
            Line(shell, Text($"latency    P50 {latency.P50:0.###} s, P95 {latency.P95:0.###} s, P99 {latency.P99:0.###} s ({latency.Count:#,0} rows)"));
        }

        Line(shell, "repeats    " + (profile.Duplicates.Rows is { } repeats ? Text($"{repeats:#,0} rows repeat another one's {profile.Duplicates.By}") : "rows: not told")
            + (profile.Duplicates.Prompts is { } prompts ? Text($"; {prompts:#,0} prompts were sent before") : "; prompts: not told"));
        if (profile.Reuse is { } reuse)
        {
            Line(shell, Text($"prefixes   {reuse.Share * 100:0.0} % of the input is in blocks of {reuse.BlockTokens} tokens that came before: the most a prefix cache can serve"));
        }

        if (profile.Contention is { } contention)
        {
            Line(shell, Text($"waiting    in the busiest minutes {contention.ClassShare * 100:0} % of the tokens are {contention.Class}'s")
                + (contention is { OthersP95BusySeconds: { } busy, OthersP95QuietSeconds: { } quiet } ? Text($"; the others' P95 is {busy:0.##} s then and {quiet:0.##} s else") : ""));
        }
    }

    private static void Models(Shell shell, TraceProfile profile)
    {
        Section(shell, "MODELS AT TODAY'S PRICES");
        shell.PrintTable(
            ["MODEL", "REQUESTS", "INPUT", "OUTPUT", "AT ONCE", "IN BATCHES"],
            profile.Models.Take(MostRows).Select(model => (IReadOnlyList<string>)
            [
                model.Model ?? "(not told; give --model)", Text($"{model.Requests}"), Text($"{model.InputTokens}"), Text($"{model.OutputTokens}"), MoneyText.Of(model.ListCostUsd), MoneyText.Of(model.BatchCostUsd),
            ]));
        if (profile.Models.Count > MostRows)
        {
            Line(shell, Text($"and {profile.Models.Count - MostRows} more"));
        }

        if (profile.Volume.UnpricedTokenShare > 0)
        {
            Line(shell, Text($"unpriced: {profile.Volume.UnpricedShare * 100:0.#} % of the requests, {profile.Volume.UnpricedTokenShare * 100:0.#} % of the tokens"));
        }
    }

    private static void Advice(Shell shell, AdviceResult result)
    {
        Section(shell, "ADVICE");
        shell.PrintTable(
            ["CLASS", "REQUESTS", "AT ONCE", "PRIORITY", "CAN WAIT", "SAVES LOW", "MIDDLE", "HIGH"],
            result.Classes.Take(MostRows).Select(advice => (IReadOnlyList<string>)
            [
                advice.Name, Text($"{advice.Requests}"), MoneyText.Of(advice.ListCostUsd), advice.Priority.ToString().ToLowerInvariant(),
                Text($"{advice.Deferrable.Low * 100:0}–{advice.Deferrable.Mid * 100:0}–{advice.Deferrable.High * 100:0} % by {TimeText.Of(advice.Deadline)}"),
                MoneyText.Of(advice.SavingsUsd.Low), MoneyText.Of(advice.SavingsUsd.Mid), MoneyText.Of(advice.SavingsUsd.High),
            ]));
        foreach (ClassAdvice advice in result.Classes.Where(advice => advice.HasSign))
        {
            Line(shell, $"{advice.Name}: {string.Join("; ", advice.Evidence)}");
        }

        int silent = result.Classes.Count(advice => !advice.HasSign);
        if (silent > 0)
        {
            Line(shell, silent == 1 && result.Classes.Count == 1 ? $"{result.Classes[0].Name}: {result.Classes[0].Evidence[0]}" : $"{silent} classes give no sign whether somebody waits: their share is an assumption, not a finding");
        }

        SavingsAdvice savings = result.Savings;
        Line(shell, $"expected   {Range(savings.TraceUsd)} over the trace"
            + (savings.PerMonthUsd.Mid is null ? "" : $"; {Range(savings.PerMonthUsd)} in 30 days like it")
            + (savings.ShareOfList is { } share ? Text($"; {share.Low * 100:0}–{share.Mid * 100:0}–{share.High * 100:0} % of the list cost") : ""));
        AdviceAssumptions assumed = result.Assumptions;
        Line(shell, Text($"assumed    back within an hour: {Back(assumed.Turnaround, 1):0} % of the batches, {Back(assumed.SlowTurnaround, 1):0} % on bad days; within a day: {Back(assumed.Turnaround, 24):0.0} %, {Back(assumed.SlowTurnaround, 24):0.0} %; the rest is rescued at the list price"));
        foreach (string why in result.Seals.Why)
        {
            Line(shell, "seals      " + why);
        }
    }

    private static double Back(TurnaroundLaw law, double hours) => law.Within(TimeSpan.FromHours(hours)) * 100;

    private static string Hours(TraceProfile profile)
    {
        HourLoad peak = profile.Hours.Day.MaxBy(hour => hour.RequestsPerSecond)!, trough = profile.Hours.Day.MinBy(hour => hour.RequestsPerSecond)!;
        return Text($"{peak.RequestsPerSecond:0.00}/s at {peak.Hour:00}, {trough.RequestsPerSecond:0.00}/s at {trough.Hour:00}{(profile.Volume.RelativeTime ? " hours from the start" : " UTC")}");
    }

    private static void Tokens(Shell shell, string name, Percentiles? tokens)
    {
        if (tokens is not null)
        {
            Line(shell, Text($"{name,-10} mean {tokens.Mean:0}, P50 {tokens.P50:0}, P90 {tokens.P90:0}, P95 {tokens.P95:0}, P99 {tokens.P99:0}, most {tokens.Max:0}"));
        }
    }

    private static string Range(MoneyRange range) => $"{MoneyText.Of(range.Low)} to {MoneyText.Of(range.High)}, {MoneyText.Of(range.Mid)} in the middle,";

    private static void Section(Shell shell, string title)
    {
        shell.Out.WriteLine();
        shell.Out.WriteLine(title);
    }

    private static void Line(Shell shell, string text) => shell.Out.WriteLine(Plain.Line(text));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
