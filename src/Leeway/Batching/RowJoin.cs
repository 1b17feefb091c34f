namespace Leeway.Batching;

/// <summary>Joins rows to members by our id, and counts everything that does not fit: count in equals count out.</summary>
internal sealed class RowJoin(IReadOnlyList<MemberState> members)
{
    private readonly Dictionary<RequestId, MemberState> _members = members.ToDictionary(member => member.Id);
    private readonly HashSet<RequestId> _seen = new(members.Count);
    private readonly Dictionary<RequestId, string> _givenBack = [];
    private int _foreign;
    private int _doubled;
    private int _unreadable;
    private int _missing;
    private int _notRun;

    /// <summary>The outcome of a member whose row ought to be there and is not.</summary>
    public const string Missing = "row_missing";

    /// <summary>Results files the provider no longer has.</summary>
    public int FilesGone { get; set; }

    /// <summary>Rows that ended their member.</summary>
    public int Answered { get; set; }

    /// <summary>Members whose row is an answer. Taken from the rows: a provider's counters are not stable across a cancel, and some never count.</summary>
    public int Completed { get; private set; }

    /// <summary>Members that went another way meanwhile.</summary>
    public int Left { get; } = members.Count(HasLeft);

    /// <summary>Those of them that have an answer here all the same.</summary>
    public int LeftBilled { get; private set; }

    /// <summary>Members whose row is no answer: it was refused, or did not run.</summary>
    public int Failed => _seen.Count - Completed;

    /// <summary>The member of a row, or null when the row is unreadable, foreign or a repeat.</summary>
    public MemberState? Match(BatchRow row)
    {
        if (row.Kind == BatchRowKind.Unreadable || row.CorrelationId is null)
        {
            _unreadable++;
            return null;
        }

        if (!RequestId.TryParse(row.CorrelationId, out RequestId id) || !_members.TryGetValue(id, out MemberState member))
        {
            _foreign++;
            return null;
        }

        // An answer counts even after a row that said the request did not run.
        if (!_seen.Add(id) && !(row.Kind == BatchRowKind.Answered && _givenBack.Remove(id)))
        {
            _doubled++;
            return null;
        }

        int answered = row is { Kind: BatchRowKind.Answered, StatusCode: >= 200 and < 300 } ? 1 : 0;
        Completed += answered;
        LeftBilled += HasLeft(member) ? answered : 0;
        return member;
    }

    /// <summary>Notes that a row did not answer its member.</summary>
    public void GiveBack(MemberState member, string outcome) => _givenBack[member.Id] = outcome;

    /// <summary>
    /// Members that got no answer from this batch, with the reason; <paramref name="withoutRow"/> where no row tells one. Of those that have left it,
    /// too: their attempts here are over. Some of them may have left before the input was written, so they are not counted as missing.
    /// </summary>
    public IReadOnlyList<(RequestId Id, string Outcome)> NotAnswered(string withoutRow)
    {
        var list = new List<(RequestId, string)>();
        foreach (MemberState member in members)
        {
            bool counts = CountsOnIt(member);
            bool given = _givenBack.TryGetValue(member.Id, out string? outcome);
            if ((counts || member.AttemptOutcome is null) && (given || !_seen.Contains(member.Id)))
            {
                outcome ??= withoutRow;
                list.Add((member.Id, outcome));
                _missing += counts && outcome == Missing ? 1 : 0;
                _notRun += counts && outcome != Missing ? 1 : 0;
            }
        }

        return list;
    }

    private static bool CountsOnIt(MemberState member) => member.InBatch && member.State is (RequestState.Sealed or RequestState.Submitted);

    // What an earlier, interrupted reading of this batch ended did not leave it.
    private static bool HasLeft(MemberState member) => !CountsOnIt(member) && member.AttemptOutcome is null;

    /// <summary>What did not fit, for people; null when all did.</summary>
    public string? Describe()
    {
        (int Count, string Text)[] parts =
        [
            (_notRun, "rows not run"), (_missing, "rows missing"), (_doubled, "rows doubled"), (_unreadable, "rows unreadable"), (_foreign, "rows foreign"),
            (FilesGone, "files gone"),
        ];
        string text = string.Join(", ", parts.Where(part => part.Count > 0).Select(part => $"{part.Count} {part.Text}"));
        return text.Length > 0 ? text : null;
    }
}
