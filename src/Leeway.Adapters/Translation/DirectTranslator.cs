using System.Buffers;
using System.Text.Json;

namespace Leeway.Adapters.Translation;

/// <summary>A way of one step: the provider's request is written from the client's document.</summary>
internal abstract class DirectTranslator : Translator
{
    public sealed override void WriteRequest(ReadOnlySpan<byte> body, IBufferWriter<byte> output, RequestTerms terms)
    {
        using var document = RequestDocument.Parse(body, $"{Target} (deployment '{terms.Deployment.Id}')");
        using var json = new Utf8JsonWriter(output);
        WriteRequest(document, json, terms);
    }

    protected abstract void WriteRequest(RequestDocument document, Utf8JsonWriter json, RequestTerms terms);
}
