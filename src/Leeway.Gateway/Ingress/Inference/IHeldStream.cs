using System.Buffers;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>What a streaming caller hears while its request waits, in the events of its endpoint.</summary>
internal interface IHeldStream
{
    /// <summary>Before the wait.</summary>
    ValueTask OpenAsync(IBufferWriter<byte> output, CancellationToken cancellationToken);

    /// <summary>The end, whatever it is.</summary>
    ValueTask CloseAsync(IBufferWriter<byte> output, FinishedRequest end, CancellationToken cancellationToken);

    /// <summary>That this stream goes no further, although the request does.</summary>
    void Break(IBufferWriter<byte> output, Problem problem);
}
