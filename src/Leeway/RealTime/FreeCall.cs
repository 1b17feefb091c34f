namespace Leeway.RealTime;

/// <summary>
/// Sends a call that costs nothing: counting tokens, fetching what a provider has stored. It is tried once at one deployment, leaves no entry
/// in the ledger, and keeps the deployment's timeouts.
/// </summary>
public sealed class FreeCall(TimeProvider clock)
{
    private readonly PhaseDeadline.Pool _deadlines = new(clock);

    /// <summary>Runs <paramref name="send"/> and reads the whole answer.</summary>
    public async Task<FreeAnswer> SendAsync(Deployment deployment, Func<CancellationToken, Task<ProviderAnswer>> send, CancellationToken cancellationToken)
    {
        using PhaseDeadline deadline = _deadlines.Begin(deployment.Timeouts, cancellationToken);
        try
        {
            using ProviderAnswer answer = await send(deadline.Token);
            if (answer.Error is not null)
            {
                return new FreeAnswer(answer.StatusCode, default, answer.Error);
            }

            using PooledBody body = await PooledBody.ReadAsync(answer, deadline);
            return body.IsJson()
                ? new FreeAnswer(answer.StatusCode, body.Span.ToArray(), null)
                : new FreeAnswer(answer.StatusCode, default, new ProviderError(ProviderErrorKind.MalformedAnswer, "The provider's answer is not JSON."));
        }
        catch (ProviderException exception)
        {
            return new FreeAnswer(0, default, exception.Error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new FreeAnswer(0, default, deadline.ErrorNow(deployment));
        }
    }
}

/// <summary>The whole answer to a free call.</summary>
/// <param name="StatusCode">HTTP status; 0 when there was no answer.</param>
/// <param name="Body">JSON, unless there is an error.</param>
/// <param name="Error">What went wrong, or null.</param>
public readonly record struct FreeAnswer(int StatusCode, ReadOnlyMemory<byte> Body, ProviderError? Error);
