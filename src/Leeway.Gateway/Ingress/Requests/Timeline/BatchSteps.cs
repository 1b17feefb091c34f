using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Requests.Timeline;

/// <summary>The steps of a provider batch as events. The provider's own ids and words stay inside.</summary>
internal static class BatchSteps
{
    public static IEnumerable<TimelineEvent> Of(BatchHistory history)
    {
        BatchRecord batch = history.Batch;
        yield return Event(batch, batch.SealedAt, "sealed", $"into a batch for {batch.Group.Deployment} ({batch.SealReason.Replace('_', ' ')}){Why(history)}");
        string last = "sealed";
        foreach (BatchStep step in history.Steps)
        {
            (string name, string text) = Words(step);
            if (name != last)
            {
                last = name;
                yield return Event(batch, step.At, name, text);
            }
        }
    }

    // The note counts the pool: other teams' business, where they had a part in it.
    private static string Why(BatchHistory history) => history.IsShared || history.Batch.SealNote is not { } note ? "" : $". {note.TrimEnd('.')}";

    private static (string Name, string Text) Words(BatchStep step) => (step.State, step.ProviderStatus) switch
    {
        (BatchState.Sealed, _) => ("sealed", "to be submitted again"),
        (BatchState.Submitting, _) => ("submitting", "the file goes to the provider"),
        (BatchState.Quarantined, _) => ("quarantined", "whether the provider has it is not known yet"),
        (BatchState.Abandoned, _) => ("abandoned", "it never reached the provider; its requests are queued again"),
        (BatchState.Collecting, { } status) => ("batch_ended", $"the provider says {Json.Name(status).Replace('_', ' ')}"),
        (BatchState.Collecting, null) => ("batch_ended", "the provider is done"),
        (BatchState.Collected, _) => ("collected", "every row is read"),
        (_, ProviderBatchStatus.Cancelling) => ("cancelling", "the batch is being cancelled"),
        (BatchState.Submitted, _) => ("submitted", "the provider has it"),
        (BatchState.Running, _) => ("in_progress", "the provider works on it"),
        _ => ("finalizing", "the provider writes its results"),
    };

    private static TimelineEvent Event(BatchRecord batch, DateTimeOffset at, string name, string text) => new(at, name, text) { Lane = Lane.Batch, Batch = batch.Id };
}
