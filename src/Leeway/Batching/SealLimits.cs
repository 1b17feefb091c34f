namespace Leeway.Batching;

/// <summary>How much makes a pool due, and how much fits into one batch.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Bytes">Bytes of bodies.</param>
/// <param name="Tokens">Estimated input tokens.</param>
/// <param name="MinRequests">The provider's least number of requests: a smaller pool waits for more, and in the end for its last safe moment.</param>
/// <param name="MaxRequests">The provider's limit of requests.</param>
/// <param name="MaxBytes">The provider's limit of bytes, less what our line frames add.</param>
/// <param name="MaxTokens">The enqueued-token limit, when known: a batch above it would never start.</param>
internal readonly record struct SealLimits(int Requests, long Bytes, long Tokens, int MinRequests, int MaxRequests, long MaxBytes, long MaxTokens)
{
    // {"custom_id":"req_…","method":"POST","url":"/v1/chat/completions","body":…}\n and a longer model name.
    private const int FrameBytes = 200;

    /// <summary>The limits of a pool: the priority's own seal settings win over the lane's; the provider's and the deployment's limits cap both.</summary>
    public static SealLimits Of(Priority priority, LeewayConfig config, ProviderCapabilities capabilities, Deployment deployment)
    {
        SealConfig lane = config.Lanes.Batch.Seal;
        SealConfig own = priority switch
        {
            Priority.Low => config.Priorities.Low.Seal,
            _ => config.Priorities.Standard.Seal,
        };
        int least = deployment.MinBatchRequests ?? capabilities.MinBatchRequests;
        long maxTokens = deployment.EnqueuedTokenLimit ?? long.MaxValue;
        return new SealLimits(
            Math.Max(Math.Min(own.Requests ?? lane.Requests ?? int.MaxValue, capabilities.MaxBatchRequests), least),
            Math.Min(own.Bytes ?? lane.Bytes ?? long.MaxValue, capabilities.MaxBatchBytes),
            Math.Min(own.Tokens ?? lane.Tokens ?? long.MaxValue, maxTokens),
            least,
            capabilities.MaxBatchRequests,
            capabilities.MaxBatchBytes,
            maxTokens);
    }

    /// <summary>Whether so many fit into one batch.</summary>
    public bool FitsAll(int requests, long bytes, long tokens) =>
        requests == 1 || (requests <= MaxRequests && bytes + ((long)FrameBytes * requests) <= MaxBytes && tokens <= MaxTokens);

    /// <summary>Whether one more request fits beside what is already in.</summary>
    public bool Fits(int requests, long bytes, long tokens, QueuedRequest next) =>
        requests == 0
        || (requests < MaxRequests
            && bytes + ((long)FrameBytes * (requests + 1)) + next.BodyBytes <= MaxBytes
            && tokens + next.EstimatedInputTokens <= MaxTokens);
}
