using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Translation.ChatOverGemini;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation;

/// <summary>An Anthropic client that counts a message's tokens, served by Gemini's countTokens, which takes the request that would be made of it.</summary>
/// <param name="toGemini">The way of the message itself.</param>
internal sealed class CountOverGemini(Translator toGemini) : Translator
{
    public override string ClientEndpoint => Endpoints.CountTokens;

    public override string ProviderEndpoint => GeminiMethods.Count;

    public override string Target => "Gemini's countTokens";

    public override void WriteRequest(ReadOnlySpan<byte> body, IBufferWriter<byte> output, RequestTerms terms)
    {
        // A count needs no limit of tokens, a message does.
        var message = new ArrayBufferWriter<byte>(body.Length + 32);
        int open = body.IndexOf((byte)'{') + 1;
        message.Write("{\"max_tokens\":1,"u8);
        message.Write(body[open..]);
        var request = new ArrayBufferWriter<byte>(body.Length + 256);
        toGemini.WriteRequest(message.WrittenSpan, request, terms);
        using JsonDocument document = JsonDocument.Parse(request.WrittenMemory, new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteStartObject("generateContentRequest");
        json.WriteString("model", GeminiMethods.NameOf(terms.Deployment.Model));
        foreach (JsonProperty member in document.RootElement.EnumerateObject())
        {
            if (!member.NameEquals("generationConfig"))
            {
                json.Copy(member.Name, member.Value);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    public override void WriteAnswer(JsonElement answer, Utf8JsonWriter json, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteNumber("input_tokens", answer.Count("totalTokens") ?? throw new FormatException("answered a count without one"));
        json.WriteEndObject();
    }

    public override StreamTranslator OpenStream(DateTimeOffset now) => throw new FormatException("answered a count as a stream");
}
