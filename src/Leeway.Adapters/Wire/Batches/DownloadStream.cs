using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Wire.Batches;

/// <summary>A results file as it comes. Patience counts only while a read waits, and what breaks a read is a <see cref="ProviderException"/>.</summary>
internal sealed class DownloadStream(Stream inner, HttpResponseMessage owner, Deployment deployment, TimeSpan idle, TimeProvider clock) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var patience = new Patience(idle, clock, cancellationToken);
        try
        {
            return await inner.ReadAsync(buffer, patience.Token);
        }
        catch (Exception e) when (patience.IsLost)
        {
            throw Failures.TimedOut(ProviderErrorKind.IdleTimeout, deployment, idle, e);
        }
        catch (Exception e) when (Failures.IsTransport(e, cancellationToken))
        {
            throw Failures.Wrap(e, deployment);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            owner.Dispose();
        }

        base.Dispose(disposing);
    }
}
