using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Objects;

/// <summary>An object being read, whose failures are told as a provider's.</summary>
/// <param name="inner">The content.</param>
/// <param name="failure">What an exception means; null for one that is none of the storage's.</param>
internal sealed class ObjectStream(Stream inner, Func<Exception, ProviderException?> failure) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && failure(e) is { } told)
        {
            throw told;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
