using System.Globalization;
using Leeway.Chaos.Load;
using Leeway.Chaos.Troubles;
using Leeway.Sandbox.Ledger;

namespace Leeway.Chaos.Checking;

/// <summary>
/// The ledger against the provider's bill, answer by answer. A bill without an entry must be explained: by an attempt that is marked as
/// having ended without its answer, or by a node that was killed before a real-time entry was written. Everything else was paid twice, or
/// not entered.
/// </summary>
internal sealed class MoneyCheck(ClientLog log, Evidence evidence, IEnumerable<SandboxBill> bills, TroubleLog troubles, Findings findings)
{
    // How an attempt may end that the provider billed without our getting what was paid for.
    private static readonly string[] s_unanswered =
    [
        "interrupted", "FirstByteTimeout", "IdleTimeout", "TotalTimeout", "StreamCut", "MalformedAnswer", "StreamError", "CallerLeft", "internal_error", "row_missing",
        "batch_failed", "batch_expired", "batch_cancelled",
    ];

    // A real-time entry joins the next group commit, 50 ms later; while the storage is away it waits in memory.
    private static readonly TimeSpan s_unwritten = TimeSpan.FromSeconds(1);

    // From the moment when the database can be reached again until it is: tries follow each other by half a second and take up to two.
    private static readonly TimeSpan s_reached = TimeSpan.FromSeconds(3);

    private readonly ILookup<string, SandboxBill> _bills = bills.ToLookup(bill => bill.Digest);
    private readonly ILookup<string, SeenEntry> _entries = evidence.Entries.ToLookup(entry => entry.Request);
    private decimal _explained;
    private decimal _estimated;

    public void Run(Dictionary<Sent, List<Seen>> found)
    {
        var known = new HashSet<string>();
        var lost = new List<SandboxBill>();
        foreach (Sent sent in log.Sent)
        {
            List<Seen> seen = found.GetValueOrDefault(sent) ?? [];
            string[] ids = [.. sent.Ids.Union(seen.Select(one => one.Id))];
            known.UnionWith(ids);
            (List<SandboxBill> unentered, List<SeenEntry> unbilled) = Match([.. _bills[sent.Digest]], [.. ids.SelectMany(id => _entries[id])]);
            foreach (SeenEntry entry in unbilled)
            {
                findings.Violate(Promises.Bill, sent.Key, $"{entry} was never billed: {string.Join("; ", seen)}; bills: {string.Join("; ", _bills[sent.Digest])}");
            }

            if (sent.Kind == SentKind.RealTime)
            {
                lost.AddRange(ids.Length == 0 ? unentered : []);
                ExplainRealTime(sent, ids.Length == 0 ? [] : unentered);
            }
            else
            {
                ExplainDeferred(sent, seen, unentered);
            }
        }

        // Real-time calls whose client never heard their id: their entries cannot be told apart but by what they cost.
        (List<SandboxBill> unwritten, List<SeenEntry> foreign) = Match(lost, [.. evidence.Entries.Where(entry => !known.Contains(entry.Request))]);
        foreach (SeenEntry entry in foreign)
        {
            findings.Violate(Promises.Bill, entry.Request, $"{entry} belongs to nothing that was sent");
        }

        foreach (SandboxBill bill in unwritten)
        {
            Explain("real-time call that nobody heard the end of", bill, bill.Digest);
        }

        Count();
    }

    private void ExplainDeferred(Sent sent, List<Seen> seen, List<SandboxBill> unentered)
    {
        SeenAttempt[] unanswered = [.. seen.SelectMany(one => one.Attempts
            .Where(attempt => s_unanswered.Contains(attempt.Outcome) && !_entries[one.Id].Any(entry => entry.Attempt == attempt.Number)))];
        for (int i = 0; i < unentered.Count; i++)
        {
            if (i < unanswered.Length)
            {
                Explain($"attempt {unanswered[i].Outcome}", unentered[i], $"{sent.Key} {seen[0].Id} attempt {unanswered[i].Number}");
            }
            else
            {
                findings.Violate(Promises.PaidTwice, sent.Key, $"{unentered[i]} has no entry and no attempt that explains it: {string.Join("; ", seen)}; {_bills[sent.Digest].Count()} bills, {seen.Sum(one => _entries[one.Id].Count())} entries");
            }
        }
    }

    private void ExplainRealTime(Sent sent, List<SandboxBill> unentered)
    {
        foreach (SandboxBill bill in unentered)
        {
            if (!sent.Complete)
            {
                Explain("real-time call that broke off", bill, $"{sent.Key} at node {sent.Node}");
            }
            else if (KilledAfter(sent) is { } killed)
            {
                Explain("real-time entry that died with its node", bill, $"{sent.Key} at node {sent.Node}, answered {(killed.At - sent.DoneAt).TotalMilliseconds:0} ms before the kill");
            }
            else
            {
                findings.Violate(Promises.Bill, sent.Key, $"answered by node {sent.Node} at {sent.DoneAt:HH:mm:ss.fff} as {string.Join(", ", sent.Ids)}, billed {bill.CostUsd}, and not in the ledger");
            }
        }
    }

    // The node was killed before its storage can have had the entry.
    private Happened? KilledAfter(Sent sent) => troubles.Events.FirstOrDefault(one =>
        one.Trouble.Kind is TroubleKind.Kill or TroubleKind.Roll && (one.Trouble.Kind == TroubleKind.Roll || one.Trouble.Node == sent.Node) && one.Until >= sent.DoneAt
        && (one.At - sent.DoneAt < s_unwritten || StorageWasAway(sent, one.At)));

    // All the time from the answer to the kill, be it for one trouble after another.
    private bool StorageWasAway(Sent sent, DateTimeOffset killed)
    {
        DateTimeOffset until = sent.DoneAt + s_unwritten;
        foreach (Happened one in troubles.During(sent.DoneAt, killed).Where(one => IsOfStorage(one.Trouble, sent.Node)).OrderBy(one => one.At))
        {
            DateTimeOffset back = one.Until > killed ? killed : one.Until + s_reached;
            until = one.At <= until && back > until ? back : until;
        }

        return until >= killed;
    }

    private static bool IsOfStorage(Trouble trouble, int node) =>
        trouble.Kind is TroubleKind.DatabaseStop or TroubleKind.DatabaseCrash
        || (trouble.Node == node && trouble.Kind is TroubleKind.Pause or TroubleKind.DiskFull or TroubleKind.DatabaseDeaf or TroubleKind.DatabaseDropped or TroubleKind.DatabaseReset or TroubleKind.DatabaseSlow);

    private void Explain(string kind, SandboxBill bill, string text)
    {
        _explained += bill.CostUsd;
        findings.Explain(kind, string.Create(CultureInfo.InvariantCulture, $"{text}: {bill.CostUsd} USD {(bill.CustomId is null ? "in real time" : "in a batch")} at {bill.At:HH:mm:ss.fff}"));
    }

    // An estimate stands for a bill whose amount never came; it is never exact.
    private (List<SandboxBill> Unentered, List<SeenEntry> Unbilled) Match(List<SandboxBill> bills, List<SeenEntry> entries)
    {
        List<SeenEntry> unbilled = [];
        foreach (SeenEntry entry in entries.OrderBy(entry => entry.Estimated))
        {
            int at = bills.FindIndex(bill => bill.CostUsd == entry.Cost);
            if (at < 0 && entry.Estimated && bills.Count > 0)
            {
                at = 0;
                _estimated += bills[at].CostUsd - (entry.Cost ?? 0);
            }

            if (at >= 0)
            {
                bills.RemoveAt(at);
            }
            else
            {
                unbilled.Add(entry);
            }
        }

        return (bills, unbilled);
    }

    private void Count()
    {
        decimal billed = _bills.Sum(group => group.Sum(bill => bill.CostUsd)), entered = evidence.Entries.Sum(entry => entry.Cost ?? 0);
        int duplicates = evidence.Entries.Count(entry => entry.Duplicate);
        findings.Count("bill of the provider", string.Create(CultureInfo.InvariantCulture, $"{billed} USD, {_bills.Sum(group => group.Count())} answers"));
        findings.Count("ledger", string.Create(CultureInfo.InvariantCulture, $"{entered} USD, {evidence.Entries.Count} entries, of them {duplicates} duplicates, {evidence.Entries.Count(entry => entry.Estimated)} estimated"));
        findings.Count("explained, listed", string.Create(CultureInfo.InvariantCulture, $"{_explained} USD; estimates are off by {_estimated} USD"));
        if (billed - entered != _explained + _estimated && findings.Of(Promises.Bill) + findings.Of(Promises.PaidTwice) == 0)
        {
            findings.Violate(Promises.Bill, "all", string.Create(CultureInfo.InvariantCulture, $"bill {billed} − ledger {entered} is not {_explained + _estimated}"));
        }
    }
}
