using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation;

/// <summary>
/// Anthropic's Messages as Vertex AI takes them: the version stands in the body and the model in the address; answers and events are
/// Anthropic's.
/// </summary>
/// <param name="toMessages">The way from the client's dialect to Messages; null for clients of Messages themselves.</param>
internal sealed class RawPredict(Translator? toMessages) : Translator
{
    /// <summary>The method for one answer, as it stands behind the model's name in an address.</summary>
    public const string Method = ":rawPredict";

    /// <summary>The same for a stream.</summary>
    public const string StreamMethod = ":streamRawPredict";

    private const string Version = "vertex-2023-10-16";

    public override string ClientEndpoint => toMessages?.ClientEndpoint ?? Endpoints.Messages;

    public override string ProviderEndpoint => Method;

    public override string StreamEndpoint => StreamMethod;

    public override string Target => toMessages?.Target ?? "Anthropic Messages";

    public override UsageForm ProviderUsage => UsageForm.Anthropic;

    public override bool UsageIsOptional => toMessages?.UsageIsOptional ?? false;

    public override void WriteAnswer(JsonElement answer, Utf8JsonWriter json, DateTimeOffset now)
    {
        if (toMessages is null)
        {
            json.Copy(answer);
            return;
        }

        toMessages.WriteAnswer(answer, json, now);
    }

    public override StreamTranslator OpenStream(DateTimeOffset now) => toMessages?.OpenStream(now) ?? new Passing();

    public override void WriteRequest(ReadOnlySpan<byte> body, IBufferWriter<byte> output, RequestTerms terms)
    {
        ReadOnlySpan<byte> messages = body;
        if (toMessages is not null)
        {
            var between = new ArrayBufferWriter<byte>(body.Length + 256);
            toMessages.WriteRequest(body, between, terms);
            messages = between.WrittenSpan;
        }

        var edits = new BodyEdits();
        edits.RemoveMembers(messages, LeewayMetadata.Find(messages));
        byte[] own = new byte[edits.Measure(messages.Length)];
        edits.CopyTo(own, messages);
        using var document = RequestDocument.Parse(own, $"{Target} (deployment '{terms.Deployment.Id}')");
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("anthropic_version", Version);
        Fields top = document.Open(document.Root, "");
        foreach (JsonProperty member in top.Element.EnumerateObject())
        {
            if (member.Name is not ("model" or "anthropic_version" or "stream"))
            {
                json.Copy(member.Name, member.Value);
            }
        }

        if (terms.Stream)
        {
            json.WriteBoolean("stream", true);
        }

        json.WriteEndObject();
    }

    /// <summary>Events that the client knows as they are.</summary>
    private sealed class Passing : StreamTranslator
    {
        public override void Translate(string name, JsonElement data, IBufferWriter<byte> output)
        {
            string type = data.Word("type") ?? name;
            Write(output, type, json => json.Copy(data));
            IsDone = type is "message_stop" or "error";
        }
    }
}
