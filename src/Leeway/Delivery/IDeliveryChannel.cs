namespace Leeway.Delivery;

/// <summary>
/// One way to tell: sends deliveries and knows its targets. When to try, again, in which order and how often is <see cref="Deliverer"/>'s.
/// </summary>
public interface IDeliveryChannel
{
    /// <summary>Which it is.</summary>
    DeliveryChannel Kind { get; }

    /// <summary>The wait before each attempt, in order; its length is the number of attempts.</summary>
    IReadOnlyList<TimeSpan> Schedule { get; }

    /// <summary>Attempts that a healthy target gets side by side.</summary>
    int WaveSize { get; }

    /// <summary>How a target stands before it is served.</summary>
    Task<TargetHealth> FindAsync(string target, CancellationToken cancellationToken);

    /// <summary>Makes one attempt. The delivery's id goes with it, the same every time.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled; the target may have got it.</exception>
    Task<DeliveryAttempt> SendAsync(DeliveryRecord delivery, CancellationToken cancellationToken);

    /// <summary>Notes how a wave of attempts went; never empty.</summary>
    /// <returns>How the target stands now.</returns>
    Task<TargetHealth> NoteAsync(string target, IReadOnlyList<DeliveryAttempt> attempts, CancellationToken cancellationToken);
}
