namespace Leeway;

/// <summary>
/// The head of a provider's answer, and its body as a stream still to be read. Either <see cref="Error"/> is set and the body is
/// already consumed, or <see cref="Body"/> is. Dispose to give the connection back; disposing early aborts the call.
/// </summary>
public sealed class ProviderAnswer(int statusCode, string contentType, Stream? body, ProviderError? error, IDisposable? owner) : IDisposable
{
    /// <summary>The HTTP status.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>The media type as sent.</summary>
    public string ContentType { get; } = contentType;

    /// <summary>The answer's bytes.</summary>
    public Stream? Body { get; } = body;

    /// <summary>Length of the body in bytes when the provider announced it.</summary>
    public long? ContentLength { get; init; }

    /// <summary>The provider's own request id, for support.</summary>
    public string? ProviderRequestId { get; init; }

    /// <summary>Tokens of the input, where the vendor tells them in the head and its body may not.</summary>
    public long? InputTokens { get; init; }

    /// <summary>What went wrong, for statuses other than 2xx.</summary>
    public ProviderError? Error { get; } = error;

    /// <summary>True when the adapter asked for usage in the stream although the client did not: the event that carries only usage is ours to drop.</summary>
    public bool UsageEventIsOurs { get; init; }

    /// <summary>
    /// The usage as the provider itself told it, where the answer reaches the client in another dialect that cannot say all of it. Asked for once
    /// the body was read; null, or answering null: the usage is read from the answer.
    /// </summary>
    public Func<ReportedUsage?>? Reported { get; init; }

    /// <inheritdoc/>
    public void Dispose() => owner?.Dispose();
}
