using System.Buffers.Binary;
using Leeway.Simulation.Stores;
using Leeway.Simulation.Vendors;

namespace Leeway.Simulation.Stages;

/// <summary>Turns what the stores forget into outcomes and sums.</summary>
internal sealed class OutcomeBook(ISimulationObserver? observer, Action<BatchRecord> forget) : IStoreObserver
{
    private long _sequence;

    public SimulationTotals Totals { get; } = new();

    /// <summary>
    /// An id that sorts by arrival and carries the request's number, so that no table leads from one to the other: eight bytes of arrival, eight of
    /// number.
    /// </summary>
    public RequestId NewId(long number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, ++_sequence);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], number);
        return new RequestId(new Guid(bytes, bigEndian: true));
    }

    public static long NumberOf(RequestId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes[8..]);
    }

    public void Ended(StoredRequest request, FinishedRequest end, bool replaces)
    {
        var outcome = new SimulatedOutcome(
            NumberOf(request.Id), request.Priority, end.Lane, end.To, request.AcceptedAt, request.Deadline, end.At, end.Entry?.Cost, end.Entry?.ListCost, request.Rescued);
        Tell(outcome, replaces);
    }

    /// <summary>Counts an end and tells it on.</summary>
    public void Tell(in SimulatedOutcome outcome, bool replaces)
    {
        // An expiry or a cancel that a paid result replaces had met nothing.
        Totals.Ended += replaces ? 0 : 1;
        Totals.Met += outcome.IsMet ? 1 : 0;
        Totals.Rescued += outcome.Rescued && !replaces ? 1 : 0;
        observer?.Ended(in outcome);
    }

    public void Paid(LedgerEntry entry)
    {
        Totals.Cost += entry.Cost ?? 0;
        if (entry.Duplicate)
        {
            Totals.PaidTwice += entry.Cost ?? 0;
            Totals.TwicePaid++;
            observer?.PaidTwice(NumberOf(entry.RequestId), entry.Lane, entry.Cost);
        }
        else
        {
            Totals.ListCost += entry.ListCost ?? 0;
        }
    }

    public void BatchEnded(BatchRecord batch)
    {
        Totals.Batches++;
        forget(batch);
        observer?.BatchEnded(batch);
    }
}
