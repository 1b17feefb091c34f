using System.Text.Json;

namespace Leeway.Adapters.Translation.ResponsesOverChat;

/// <summary>A Responses client, served by Chat Completions.</summary>
internal sealed class ResponsesOverChat : DirectTranslator
{
    public override string ClientEndpoint => Endpoints.Responses;

    public override string ProviderEndpoint => Endpoints.Chat;

    public override string Target => "Chat Completions";

    public override string ClientNameOf(string field) => FieldNames.Rename(
        field,
        [("messages", "input"), ("max_completion_tokens", "max_output_tokens"), ("response_format", "text.format"), ("reasoning_effort", "reasoning.effort"), ("verbosity", "text.verbosity")]);

    public override void WriteAnswer(JsonElement answer, Utf8JsonWriter json, DateTimeOffset now) => ResponseAnswer.Write(answer, json, now.ToUnixTimeSeconds());

    public override StreamTranslator OpenStream(DateTimeOffset now) => new ResponseStream(now.ToUnixTimeSeconds());

    protected override void WriteRequest(RequestDocument document, Utf8JsonWriter json, RequestTerms terms) => new ResponsesRequest(document, json, terms).Write();
}
