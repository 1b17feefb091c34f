namespace Leeway.Planning;

/// <summary>Decides what is to happen next to an open request. Pure but for what it has learnt; called under the queue's lock, so it must be quick.</summary>
public interface ILanePolicy
{
    /// <summary>Plans one request as it stands now.</summary>
    LanePlan Plan(QueuedRequest request, DateTimeOffset now);
}
