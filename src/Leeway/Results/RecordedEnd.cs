namespace Leeway.Results;

/// <summary>The end of a request as the store has it, for who did not record it.</summary>
public static class RecordedEnd
{
    /// <summary>The end, or null while the request is open.</summary>
    public static FinishedRequest? Of(RequestRecord record, DateTimeOffset now) => record is { Result: { } result } && record.Request.State.IsEnded()
        ? new FinishedRequest
        {
            Id = record.Request.Id,
            Attempt = record.Request.Attempts,
            To = record.Request.State,
            Outcome = record.Attempts is [.., { Outcome: { } outcome }] ? outcome : "",
            Lane = record.Lane,
            Result = result,
            At = record.FinishedAt ?? now,
            Entry = record.Entries is [.., { } entry] ? entry : null,
        }
        : null;
}
