using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation;

/// <summary>Two ways, one behind the other: from the client's dialect to the one that lies between, and from there to the provider's.</summary>
internal sealed class ChainedTranslator(Translator first, Translator second) : Translator
{
    public override string ClientEndpoint => first.ClientEndpoint;

    public override string ProviderEndpoint => second.ProviderEndpoint;

    public override string StreamEndpoint => second.StreamEndpoint;

    public override string Target => second.Target;

    public override UsageForm ProviderUsage => second.ProviderUsage;

    public override bool UsageIsOptional => first.UsageIsOptional;

    public override void WriteAnswer(JsonElement answer, Utf8JsonWriter json, DateTimeOffset now)
    {
        var between = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(between))
        {
            second.WriteAnswer(answer, writer, now);
        }

        using JsonDocument document = JsonDocument.Parse(between.WrittenMemory, new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
        first.WriteAnswer(document.RootElement, json, now);
    }

    public override StreamTranslator OpenStream(DateTimeOffset now) => new ChainedStream(second.OpenStream(now), first.OpenStream(now));

    public override void WriteRequest(ReadOnlySpan<byte> body, IBufferWriter<byte> output, RequestTerms terms)
    {
        var between = new ArrayBufferWriter<byte>(body.Length + 256);
        first.WriteRequest(body, between, terms);
        try
        {
            second.WriteRequest(between.WrittenSpan, output, terms);
        }
        catch (UncarriedException e)
        {
            // A place in the dialect between is none in the client's body: only the member's name holds.
            string there = e.Problem.Field ?? "";
            string field = first.ClientNameOf(there);
            throw new UncarriedException(new FieldProblem(field, e.Problem.Message.Replace($"'{there}'", $"'{field}'", StringComparison.Ordinal), e.Problem.Remedy, 0, 0));
        }
    }
}
