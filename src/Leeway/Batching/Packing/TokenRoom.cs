using Leeway.Queue;

namespace Leeway.Batching.Packing;

/// <summary>
/// Room under a deployment's enqueued-token limit. What would only wait for room is not sealed: in its pool a request can still be overtaken by
/// one that is worth more or whose team has had less, and leaves it more easily when its deadline comes near.
/// </summary>
internal static class TokenRoom
{
    // A batch smaller than this part of the limit is not worth its job unless it takes the whole pool.
    private const int LeastPart = 4;

    /// <summary>The limits of the next batch of a pool, narrowed to the room that is left; null while it has to wait for more.</summary>
    public static SealLimits? Left(SealLimits limits, Pool pool, Deployment deployment, BatchTable table)
    {
        if (deployment.EnqueuedTokenLimit is not { } limit || table.PromisedTokens(deployment.Id) is var promised && promised == 0)
        {
            return limits;
        }

        long room = limit - promised;
        return room > 0 && room >= Math.Min(pool.Tokens, limit / LeastPart) ? limits with { MaxTokens = room } : null;
    }
}
