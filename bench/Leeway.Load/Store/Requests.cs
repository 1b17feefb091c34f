using Leeway.Load.Serving;

namespace Leeway.Load.Store;

/// <summary>The requests of the bench: bodies of 2 KB, each with a number of its own.</summary>
internal sealed class Requests(TimeProvider clock)
{
    private readonly byte[] _body = Wire.Deferred(Wire.Model);
    private readonly IdSource _ids = new(clock, new SystemRandomSource());
    private long _number;

    public NewRequest Next()
    {
        DateTimeOffset now = clock.GetUtcNow();
        byte[] body = [.. _body];
        Wire.Stamp(body.AsSpan(Wire.UniqueOffset(body)), Interlocked.Increment(ref _number));
        return new NewRequest
        {
            Id = new RequestId(_ids.Next()),
            Endpoint = Wire.Path,
            Model = Wire.Model,
            Deployment = "openai/gpt-4o-mini",
            Body = body,
            Priority = Priority.Low,
            Deadline = now.AddHours(24),
            AcceptedAt = now,
            EstimatedInputTokens = 420,
            Caller = "key_00000000",
        };
    }

    /// <summary>The end of a request, with its answer and its money.</summary>
    public static FinishedRequest End(RequestId id, DateTimeOffset now) => new()
    {
        Id = id,
        Attempt = 1,
        To = RequestState.Succeeded,
        Outcome = "succeeded",
        Lane = Lane.Batch,
        Result = new RequestResult(200, Wire.Answer, null),
        At = now,
        Entry = new LedgerEntry
        {
            RequestId = id,
            Attempt = 1,
            At = now,
            Lane = Lane.Batch,
            Priority = Priority.Low,
            Deployment = "openai/gpt-4o-mini",
            Model = Wire.Model,
            Caller = "key_00000000",
            PriceVersion = "2025-01",
            Usage = new TokenUsage(412, 0, 0, 58, 0),
            Cost = 0.0000483m,
            ListCost = 0.0000966m,
        },
    };
}
