using System.Text.Json;

namespace Leeway.Adapters.Translation.ChatOverMessages;

/// <summary>A Chat Completions client, served by Anthropic Messages.</summary>
internal sealed class ChatOverMessages : DirectTranslator
{
    public override string ClientEndpoint => Endpoints.Chat;

    public override string ProviderEndpoint => Endpoints.Messages;

    public override string Target => "Anthropic Messages";

    public override bool UsageIsOptional => true;

    public override void WriteAnswer(JsonElement answer, Utf8JsonWriter json, DateTimeOffset now) => CompletionAnswer.Write(answer, json, now.ToUnixTimeSeconds());

    public override StreamTranslator OpenStream(DateTimeOffset now) => new CompletionStream(now.ToUnixTimeSeconds());

    protected override void WriteRequest(RequestDocument document, Utf8JsonWriter json, RequestTerms terms) => new ChatRequest(document, json, terms).Write();
}
