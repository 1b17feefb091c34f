using System.IO.Pipelines;

namespace Leeway.RealTime;

/// <summary>Where an answer goes: the caller's connection, or a buffer for a rescue.</summary>
public interface IAnswerSink
{
    /// <summary>Takes the head, before the first byte. After it, no other attempt can be made.</summary>
    void Start(AnswerHead head);

    /// <summary>Takes the bytes.</summary>
    PipeWriter Output { get; }

    /// <summary>Takes the end of an answer that came whole.</summary>
    ValueTask EndAsync(CancellationToken cancellationToken);

    /// <summary>Tells the caller that a stream which had begun is broken, in the caller's dialect and in place of the rest.</summary>
    ValueTask BreakAsync(ProviderError error, CancellationToken cancellationToken);
}

/// <summary>The head of an answer.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="ContentType">Media type as the provider sent it.</param>
/// <param name="ContentLength">Bytes to come, or null for a stream.</param>
/// <param name="Deployment">The deployment that answers.</param>
/// <param name="Entry">The money, when it is known before the first byte.</param>
/// <param name="ProviderTime">Time spent waiting for the provider until now.</param>
public readonly record struct AnswerHead(int StatusCode, string ContentType, long? ContentLength, Deployment Deployment, LedgerEntry? Entry, TimeSpan ProviderTime);
