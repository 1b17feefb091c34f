using System.Buffers;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Responses;

/// <summary>The stream of a response that waits: that it was created, and once it has ended, the rest; without what the client has seen already.</summary>
/// <param name="stored">Where it is read.</param>
/// <param name="id">Its request.</param>
/// <param name="after">The number of the last event the client has; -1 for none.</param>
internal sealed class ResponseStream(StoredResponses stored, RequestId id, int after) : IHeldStream
{
    private int _next;

    public async ValueTask OpenAsync(IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        StoredResponse response = await FindAsync(cancellationToken);
        var events = new ResponseEvents(output, after);
        events.Open(response.Write(response.IsBackground ? "queued" : "in_progress"), response.IsBackground);
        _next = events.Next;
    }

    public async ValueTask CloseAsync(IBufferWriter<byte> output, FinishedRequest end, CancellationToken cancellationToken)
    {
        StoredResponse response = await FindAsync(cancellationToken);
        var events = new ResponseEvents(output, after, _next);
        events.Close(response.Write("in_progress"), response.Write());
        _next = events.Next;
    }

    public void Break(IBufferWriter<byte> output, Problem problem) => StreamErrors.Write(output, Endpoints.Responses, problem, id.ToString(), Math.Max(_next, after + 1));

    // A deleted response has no more to say, and its connection ends.
    private async ValueTask<StoredResponse> FindAsync(CancellationToken cancellationToken) =>
        await stored.FindAsync(id, cancellationToken) ?? throw new IOException($"{ResponseId.Of(id)} was deleted while its stream was open.");
}
