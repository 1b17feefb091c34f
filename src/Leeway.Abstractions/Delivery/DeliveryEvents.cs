namespace Leeway;

/// <summary>
/// What a delivery may tell, by name. Requests are told in Leeway's own form to the endpoint they name; client batches and responses as
/// OpenAI tells them, to the endpoint they name and to every endpoint that asked for the event.
/// </summary>
public static class DeliveryEvents
{
    /// <summary>The events an endpoint may ask for when it is registered.</summary>
    public static IReadOnlyList<string> Subscribable { get; } =
    [
        BatchCompleted, BatchFailed, BatchExpired, BatchCancelled, ResponseCompleted, ResponseFailed, ResponseCancelled, ResponseIncomplete,
    ];

    /// <summary>Every line of a client batch has ended.</summary>
    public const string BatchCompleted = "batch.completed";

    /// <summary>A client batch was refused for its lines; none ran.</summary>
    public const string BatchFailed = "batch.failed";

    /// <summary>A client batch has ended, some of its lines without a result in time.</summary>
    public const string BatchExpired = "batch.expired";

    /// <summary>A client batch was cancelled by its owner.</summary>
    public const string BatchCancelled = "batch.cancelled";

    /// <summary>A background response is complete.</summary>
    public const string ResponseCompleted = "response.completed";

    /// <summary>A background response failed.</summary>
    public const string ResponseFailed = "response.failed";

    /// <summary>A background response was cancelled by its owner.</summary>
    public const string ResponseCancelled = "response.cancelled";

    /// <summary>A background response ended before it was complete, e.g. at its token limit.</summary>
    public const string ResponseIncomplete = "response.incomplete";

    /// <summary>None of a run's requests is open any more. Told by mail only.</summary>
    public const string RunEnded = "run.ended";

    /// <summary>A day has passed. Told by mail only.</summary>
    public const string Digest = "digest";

    private const string OfRequests = "request.";

    /// <summary>Whether the event is told in Leeway's own form.</summary>
    public static bool IsOfRequest(string name) => name.StartsWith(OfRequests, StringComparison.Ordinal);

    /// <summary>The state a request ended in, as its event's name says it.</summary>
    public static string StateOf(string name) => name[OfRequests.Length..];

    /// <summary>The event of a request that ended in <paramref name="state"/>.</summary>
    public static string OfRequest(RequestState state) => state switch
    {
        RequestState.Succeeded => "request.succeeded",
        RequestState.Failed => "request.failed",
        RequestState.Expired => "request.expired",
        RequestState.Cancelled => "request.cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Only the end of a request is delivered."),
    };
}
