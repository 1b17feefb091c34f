using System.Text.Json;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Bedrock.Converse;

/// <summary>A Chat Completions client, served by Bedrock's Converse.</summary>
/// <param name="model">The model's name, which answers leave out.</param>
internal sealed class ChatOverConverse(string model) : DirectTranslator
{
    public override string ClientEndpoint => Endpoints.Chat;

    public override string ProviderEndpoint => Operation.Converse;

    public override string Target => "Bedrock Converse";

    public override UsageForm ProviderUsage => UsageForm.Converse;

    public override bool UsageIsOptional => true;

    public override void WriteAnswer(JsonElement answer, Utf8JsonWriter json, DateTimeOffset now) => ConverseAnswer.Write(answer, json, model, now);

    public override StreamTranslator OpenStream(DateTimeOffset now) => new ConverseStream(model, now);

    protected override void WriteRequest(RequestDocument document, Utf8JsonWriter json, RequestTerms terms) => new ConverseRequest(document, json, terms).Write();
}
