using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Responses;

internal enum ResponseStatus
{
    Queued,
    InProgress,

    /// <summary>Completed, or incomplete when the maximum of tokens cut it.</summary>
    Done,
    Failed,
    Cancelled,
}

/// <summary>A response with its ids and its course in time.</summary>
internal sealed class ResponseRecord
{
    private readonly bool _fails;

    /// <param name="fails">True ends it in <see cref="ResponseStatus.Failed"/>, unbilled.</param>
    public ResponseRecord(ResponseAnswer answer, IdSource ids, ResponseTimeline timeline, bool fails)
    {
        Answer = answer;
        Timeline = timeline;
        _fails = fails;
        Id = ids.Next("resp_");
        ReasoningId = answer.Turn.Thinking is null ? null : ids.Next("rs_");
        MessageId = ids.Next("msg_");
        CallIds = [.. answer.Turn.Calls.Select(_ => ids.Next("fc_"))];
        Conversation = answer.Request.Conversation.With(answer.Turn);
    }

    public string Id { get; }

    public string? ReasoningId { get; }

    public string MessageId { get; }

    public IReadOnlyList<string> CallIds { get; }

    public ResponseAnswer Answer { get; }

    public ResponseTimeline Timeline { get; }

    /// <summary>What a response that follows this one builds on.</summary>
    public ResponseConversation Conversation { get; }

    /// <summary>The input as items with ids.</summary>
    public IReadOnlyList<(string Id, JsonElement Item)> InputItems { get; init; } = [];

    /// <summary>Completes when it is cancelled.</summary>
    public TaskCompletionSource Cancelling { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsCancelled => Cancelling.Task.IsCompleted;

    /// <summary>True once the ledger has it, or never will.</summary>
    public bool IsSettled { get; set; }

    public ResponseStatus StatusAt(DateTimeOffset now) =>
        IsCancelled ? ResponseStatus.Cancelled
        : now < Timeline.StartsAt ? ResponseStatus.Queued
        : now < Timeline.EndsAt ? ResponseStatus.InProgress
        : LastStatus;

    public ResponseStatus LastStatus => _fails ? ResponseStatus.Failed : ResponseStatus.Done;
}
