using System.Text.Json;

namespace Leeway.Adapters.Translation.MessagesOverChat;

/// <summary>An Anthropic Messages client, served by Chat Completions.</summary>
internal sealed class MessagesOverChat : DirectTranslator
{
    public override string ClientEndpoint => Endpoints.Messages;

    public override string ProviderEndpoint => Endpoints.Chat;

    public override string Target => "Chat Completions";

    public override void WriteAnswer(JsonElement answer, Utf8JsonWriter json, DateTimeOffset now) => MessageAnswer.Write(answer, json);

    public override StreamTranslator OpenStream(DateTimeOffset now) => new MessageStream();

    protected override void WriteRequest(RequestDocument document, Utf8JsonWriter json, RequestTerms terms) => new MessagesRequest(document, json, terms).Write();
}
