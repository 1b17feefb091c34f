using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Wire.Batches;

/// <summary>A results file as it comes. Patience counts only while a read waits, and what breaks a read is a <see cref="ProviderException"/>.</summary>
internal sealed class DownloadStream(Stream inner, HttpResponseMessage owner, Deployment deployment, TimeSpan idle, TimeProvider clock) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A download is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
