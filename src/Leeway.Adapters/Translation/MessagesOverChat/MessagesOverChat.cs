using System.Text.Json;

namespace Leeway.Adapters.Translation.MessagesOverChat;

/// <summary>An Anthropic Messages client, served by Chat Completions.</summary>
internal sealed class MessagesOverChat : DirectTranslator
{
    public override string ClientEndpoint => Endpoints.Messages;

    public override string ProviderEndpoint => Endpoints.Chat;

    public override string Target => "Chat Completions";

    public override string ClientNameOf(string field) => FieldNames.Rename(
        field,
        [
            ("messages", "messages"), ("tools", "tools"), ("max_completion_tokens", "max_tokens"), ("response_format", "output_config.format"), ("reasoning_effort", "output_config.effort"),
            ("parallel_tool_calls", "tool_choice.disable_parallel_tool_use"), ("stop", "stop_sequences"), ("user", "metadata.user_id"),
        ]);

    public override void WriteAnswer(JsonElement answer, Utf8JsonWriter json, DateTimeOffset now) => MessageAnswer.Write(answer, json);

    public override StreamTranslator OpenStream(DateTimeOffset now) => new MessageStream();

    protected override void WriteRequest(RequestDocument document, Utf8JsonWriter json, RequestTerms terms) => new MessagesRequest(document, json, terms).Write();
}
