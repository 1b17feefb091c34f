namespace Leeway;

/// <summary>
/// A message queue: requests come from it, results go to it. A received message is kept from others for a while (visibility, acknowledgement
/// deadline); it comes again unless it is acknowledged. Failures are <see cref="ProviderException"/>. Thread-safe.
/// </summary>
public interface IMessageQueue : IDisposable
{
    /// <summary>Messages that one call receives at most.</summary>
    int MaxReceived { get; }

    /// <summary>Bytes of a message that is sent, attributes included.</summary>
    int MaxBytes { get; }

    /// <summary>Whether messages that cannot be accepted have a queue of their own.</summary>
    bool HasDeadLetters { get; }

    /// <summary>Receives messages, waiting for a while when there is none.</summary>
    Task<IReadOnlyList<QueueMessage>> ReceiveAsync(int most, CancellationToken cancellationToken);

    /// <summary>Keeps messages for another while, counted from now.</summary>
    Task ExtendAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken);

    /// <summary>Removes messages for good.</summary>
    Task AcknowledgeAsync(IReadOnlyList<QueueMessage> messages, CancellationToken cancellationToken);

    /// <summary>Gives messages back, to be received again after <paramref name="delay"/>.</summary>
    Task ReleaseAsync(IReadOnlyList<QueueMessage> messages, TimeSpan delay, CancellationToken cancellationToken);

    /// <summary>
    /// Sends a copy of what cannot be accepted to the dead letters, with the reason as attributes <c>leeway_code</c>, <c>leeway_field</c>,
    /// <c>leeway_message</c>, <c>leeway_line</c> and <c>leeway_message_id</c>. The message itself stays until it is acknowledged.
    /// </summary>
    /// <param name="message">The message it came in.</param>
    /// <param name="body">Its content, or the line of a file that it names.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    Task DeadLetterAsync(QueueMessage message, ReadOnlyMemory<byte> body, DeadLetterReason reason, CancellationToken cancellationToken);

    /// <summary>Sends a result.</summary>
    Task SendAsync(OutgoingMessage message, CancellationToken cancellationToken);
}
