using System.Net;

namespace Leeway.Adapters.Wire.Calls;

/// <summary>The client's body with a few bytes replaced, sent from the same memory.</summary>
internal sealed class SplicedContent(ReadOnlyMemory<byte> body, BodyEdits edits) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (ReadOnlyMemory<byte> piece in edits.Pieces(body))
        {
            if (!piece.IsEmpty)
            {
                await stream.WriteAsync(piece, cancellationToken);
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = edits.Measure(body.Length);
        return true;
    }
}
