using System.Globalization;
using Leeway.Advisor.Profile;

namespace Leeway.Advisor.Advice;

/// <summary>What a class itself tells about whether somebody waits for it. The first sign that holds decides; later ones are said beside it.</summary>
internal static class DeferralEvidence
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    // The article's rule: where the slow twentieth takes longer than this, nobody is sitting in front of it.
    private static readonly TimeSpan s_patient = TimeSpan.FromMinutes(5);

    private static readonly string[] s_waitedFor = ["chat", "assistant", "copilot", "interactive", "live", "realtime", "real-time", "voice", "checkout", "autocomplete", "moderation"];

    private static readonly string[] s_deferrable =
    [
        "batch", "nightly", "cron", "etl", "backfill", "offline", "index", "enrich", "eval", "report", "digest", "archive", "label", "synthetic", "crawl", "schedul", "daily", "weekly",
    ];

    private static readonly string[] s_embeddings = ["embed"];

    /// <summary>The signs of a class, the deciding one first; empty when it gives none.</summary>
    public static IReadOnlyList<DeferralSign> Of(ClassProfile group)
    {
        var signs = new List<DeferralSign>();
        if (group.Kind is not (ClassKind.Trace or ClassKind.Others) && Word(group.Name, s_waitedFor) is { } human)
        {
            signs.Add(new DeferralSign(Priority.Urgent, s_hour, new ShareRange(0, 0.05, 0.2), $"its name says '{human}': somebody waits"));
        }

        if (group.Period is { } period)
        {
            signs.Add(OfPeriod(period));
        }

        if (group.Kind is not (ClassKind.Trace or ClassKind.Others))
        {
            if (Word(group.Name, s_deferrable) is { } machine)
            {
                signs.Add(new DeferralSign(Priority.Low, s_day, new ShareRange(0.6, 0.9, 1), $"its name says '{machine}'"));
            }
            else if (Word(group.Name, s_embeddings) is not null)
            {
                signs.Add(new DeferralSign(Priority.Standard, s_hour, new ShareRange(0.3, 0.6, 0.9), "embeddings are mostly made ahead of their use; those of a search box are not"));
            }
        }

        if (group.LatencyP95Seconds is { } slow && slow > s_patient.TotalSeconds)
        {
            signs.Add(new DeferralSign(Priority.Standard, s_hour, new ShareRange(0.5, 0.8, 1), Text($"P95 is {slow:0} s: above 5 minutes nobody sits in front of it")));
        }

        return signs;
    }

    private static DeferralSign OfPeriod(Periodicity period)
    {
        TimeSpan beat = TimeSpan.FromSeconds(period.PeriodSeconds);
        string found = Text($"starts every {Duration(beat)} ({period.Onsets} onsets, resultant {period.Resultant:0.00}, p = {period.PValue:0.0e+0}): a schedule, not a person");
        return beat switch
        {
            _ when beat >= s_day => new DeferralSign(Priority.Low, s_day, new ShareRange(0.8, 0.95, 1), found),
            _ when beat >= s_hour => new DeferralSign(Priority.Standard, s_hour, new ShareRange(0.7, 0.9, 1), found),
            _ when beat >= s_hour / 2 => new DeferralSign(Priority.Standard, beat, new ShareRange(0.3, 0.7, 0.9), found),
            _ => new DeferralSign(Priority.Urgent, s_hour, new ShareRange(0, 0.3, 0.8), found + "; but each run has to end before the next, and batches seldom return so fast"),
        };
    }

    // Whole words and their beginnings: "chatbot" and "nightly-reports" count, "retry-relabelled" does not say "label".
    private static string? Word(string name, string[] words) => Array.Find(words, word =>
    {
        for (int at = name.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = name.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (at == 0 || !char.IsLetterOrDigit(name[at - 1]) || (char.IsUpper(name[at]) && char.IsLower(name[at - 1])))
            {
                return true;
            }
        }

        return false;
    });

    private static string Duration(TimeSpan span) => span switch
    {
        { TotalDays: >= 7 } => "week",
        { TotalDays: >= 1 } => "day",
        { TotalHours: >= 1 } => "hour",
        _ => Text($"{span.TotalMinutes:0} minutes"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One sign.</summary>
/// <param name="Priority">What to make of the class.</param>
/// <param name="Deadline">The deadline of what can wait.</param>
/// <param name="Share">How much can.</param>
/// <param name="Words">The sign, with its figures.</param>
internal sealed record DeferralSign(Priority Priority, TimeSpan Deadline, ShareRange Share, string Words);
