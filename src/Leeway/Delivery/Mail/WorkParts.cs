namespace Leeway.Delivery.Mail;

/// <summary>Sums of what ended, as parts of a mail.</summary>
internal static class WorkParts
{
    private const int MostRows = 20;

    /// <summary>The figures of all of it.</summary>
    public static LetterPart Totals(EndedWork work, string noun)
    {
        int judged = work.Requests - work.Cancelled;
        var facts = new List<(string, string)>
        {
            ("Ended", LetterWords.Count(work.Requests, noun)),
            ("Answered", LetterWords.Count(work.Succeeded)),
        };
        Add(facts, "Failed", work.Failed);
        Add(facts, "Expired", work.Expired);
        Add(facts, "Cancelled", work.Cancelled);
        facts.Add(("In time", work.Late == 0 ? judged == 0 ? "–" : "all" : $"{LetterWords.Share(judged - work.Late, judged)} ({LetterWords.Count(work.Late)} late)"));
        Add(facts, "Rescued", work.Rescued);
        facts.AddRange(Money(work.Cost, work.ListCost, work.Unpriced));
        return new LetterPart { Facts = facts };
    }

    /// <summary>Money spent and saved.</summary>
    public static IEnumerable<(string Label, string Value)> Money(decimal cost, decimal list, int unpriced)
    {
        yield return ("Spent", LetterWords.Money(cost) + (unpriced > 0 ? $" and {LetterWords.Count(unpriced, "call")} of unknown price" : ""));
        yield return ("Saved", Saved(cost, list));
    }

    /// <summary>What was saved against real time; nothing is said to be saved where nothing was.</summary>
    public static string Saved(decimal cost, decimal list) => list > 0
        ? $"{LetterWords.Money(list - cost)} of {LetterWords.Money(list)} in real time ({Math.Round((list - cost) / list * 100)} %)"
        : LetterWords.Money(0);

    /// <summary>By model and priority.</summary>
    public static IEnumerable<LetterPart> Table(EndedWork work)
    {
        if (work.Rows.Count == 0)
        {
            yield break;
        }

        yield return new LetterPart
        {
            Heading = "By model and priority",
            Table = new LetterTable(
                2,
                ["Model", "Priority", "Ended", "Failed", "Late", "Rescued", "Spent", "Saved"],
                [.. work.Rows.Take(MostRows).Select(row => (IReadOnlyList<string>)
                [
                    LetterWords.Line(row.Model, 60), NameOf(row.Priority), LetterWords.Count(row.Requests), LetterWords.Count(row.Failed + row.Expired),
                    LetterWords.Count(row.Late), LetterWords.Count(row.Rescued), LetterWords.Money(row.Cost), LetterWords.Money(row.ListCost - row.Cost),
                ])]),
            Text = work.Rows.Count > MostRows ? $"The {MostRows} with the most requests of {work.Rows.Count}." : null,
        };
    }

    /// <summary>The commonest errors.</summary>
    public static IEnumerable<LetterPart> Errors(EndedWork work)
    {
        if (work.Errors.Count > 0)
        {
            yield return new LetterPart
            {
                Heading = "Commonest errors",
                Facts = [.. work.Errors.Select(error => (LetterWords.Line(error.Code, 80), LetterWords.Count(error.Requests, "request")))],
            };
        }
    }

    /// <summary>As it is written in the configuration.</summary>
    public static string NameOf(Priority priority) => priority switch
    {
        Priority.Urgent => "urgent",
        Priority.Standard => "standard",
        _ => "low",
    };

    private static void Add(List<(string, string)> facts, string label, int count)
    {
        if (count > 0)
        {
            facts.Add((label, LetterWords.Count(count)));
        }
    }
}
