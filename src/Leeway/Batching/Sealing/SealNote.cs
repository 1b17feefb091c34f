using System.Globalization;
using Leeway.Classification;
using Leeway.Queue;

namespace Leeway.Batching.Sealing;

/// <summary>Says in a sentence why and when a pool was sealed.</summary>
internal static class SealNote
{
    /// <summary>The sentence, with the numbers at that moment.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="pool">What was sealed.</param>
    /// <param name="limits">What holds for it.</param>
    /// <param name="members">Those that went.</param>
    /// <param name="adaptive">The rule that learnt its arrivals, with its clock; null where triggers alone decide.</param>
    /// <param name="now">When.</param>
    public static string Of(string reason, Pool pool, SealLimits limits, IReadOnlyList<QueuedRequest> members, (SealRule Rule, double Now)? adaptive, DateTimeOffset now)
    {
        string because = reason switch
        {
            "requests" => Text($"{pool.Count} requests had come, {limits.Requests} being enough"),
            "bytes" => Text($"{pool.Bytes / 1e6:0.0} MB had come, {limits.Bytes / 1e6:0.0} MB being enough"),
            "tokens" => Text($"{pool.Tokens} estimated tokens had come, {limits.Tokens} being enough"),
            SealSchedule.Age => "its oldest request had waited as long as it may",
            SealSchedule.Window => "its window had come",
            SealSchedule.OffPeak => "batches cost less at this hour than at others before the deadline",
            SealSchedule.LastSafeMoment => Text($"a later batch might miss its earliest deadline, {members.Min(member => member.Deadline):u}"),
            "run" => "every line of a run was in",
            SealRule.Balance => "waiting had cost as much as a batch",
            SealRule.Size => "it had the size at which waiting and batches together cost least",
            SealRule.Lull => "the next request was not expected soon enough to wait for it",
            _ => "it was asked for",
        };
        TimeSpan oldest = now - members.Min(member => member.AcceptedAt);
        string learnt = adaptive is { } known
            ? Text($"; waiting had cost {known.Rule.HeldAt(known.Now):0.##########} USD beside the {known.Rule.JobCost:0.##########} of a batch, at {known.Rule.Arrivals.PerSecond ?? 0:0.###} requests a second with dispersion {known.Rule.Arrivals.Dispersion:0.0}")
            : "";
        return Text($"Because {because}. {members.Count} of {pool.Count} pooled requests went, the oldest after {oldest.TotalSeconds:0} s{learnt}.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
