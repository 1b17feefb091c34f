using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation.ChatOverGemini;

/// <summary>A Chat Completions client, served by Gemini's generateContent.</summary>
internal sealed class ChatOverGemini : DirectTranslator
{
    public override string ClientEndpoint => Endpoints.Chat;

    public override string ProviderEndpoint => GeminiMethods.Generate;

    public override string StreamEndpoint => GeminiMethods.Stream;

    public override string Target => "Gemini's generateContent";

    public override UsageForm ProviderUsage => UsageForm.Gemini;

    public override bool UsageIsOptional => true;

    public override void WriteAnswer(JsonElement answer, Utf8JsonWriter json, DateTimeOffset now) => GeminiAnswer.Write(answer, json, now.ToUnixTimeSeconds());

    public override StreamTranslator OpenStream(DateTimeOffset now) => new GeminiStream(now.ToUnixTimeSeconds());

    protected override void WriteRequest(RequestDocument document, Utf8JsonWriter json, RequestTerms terms) => new GeminiRequest(document, json, terms.Deployment.Model, terms.Tier).Write();
}
