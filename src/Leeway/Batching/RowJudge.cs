using Leeway.Ledger;

namespace Leeway.Batching;

/// <summary>Turns a row into the end of its member, or into null when the member deserves another try.</summary>
public sealed class RowJudge(CostLedger ledger, TimeProvider clock, IdSource ids)
{
    /// <summary>Judges one matched row.</summary>
    public FinishedRequest? Judge(BatchRow row, MemberState member, BatchRecord batch, Deployment deployment)
    {
        if (row.Kind != BatchRowKind.Answered)
        {
            return null;
        }

        bool good = row.StatusCode is >= 200 and < 300;
        if (!good && (row.StatusCode is 408 or 429 or >= 500 || member.State.IsEnded()))
        {
            return null;
        }

        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset dispatchedAt = batch.SubmittedAt ?? batch.SealedAt;
        return new FinishedRequest
        {
            Id = member.Id,
            Attempt = member.Attempt,
            To = good ? RequestState.Succeeded : RequestState.Failed,
            Outcome = good ? "succeeded" : $"status_{row.StatusCode}",
            Lane = Lane.Batch,
            Result = new RequestResult(row.StatusCode, row.Body, good ? null : "provider_rejected"),
            At = now,
            Entry = row.Usage is not null || good
                ? ledger.EntryFor(
                    member.Id, member.Attempt, Lane.Batch, member.Priority, deployment, member.Model, member.Caller, row.Usage ?? Estimate(row, batch), dispatchedAt,
                    now, estimated: row.Usage is null)
                : null,
            Delivery = new DeliveryId(ids.Next()),
        };
    }

    // An answer without usage was paid all the same: its share of the batch's input, output at four bytes a token.
    private static TokenUsage Estimate(BatchRow row, BatchRecord batch) =>
        new(batch.EstimatedInputTokens / Math.Max(1, batch.Requests), 0, 0, row.Body.Length / 4, 0);

    /// <summary>The outcome of the attempt of a member that goes back.</summary>
    public static string OutcomeOf(BatchRow row) => row.Kind switch
    {
        BatchRowKind.Expired => "batch_expired",
        BatchRowKind.Cancelled => "batch_cancelled",
        BatchRowKind.Answered => $"status_{row.StatusCode}",
        _ => row.ErrorCode ?? "not_run",
    };
}
