using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;

namespace Leeway.Adapters.Translation;

/// <summary>The ways from clients' endpoints to those of one kind of provider.</summary>
internal sealed class Translators
{
    private static readonly Translator s_chatOverMessages = new ChatOverMessages.ChatOverMessages();
    private static readonly Translator s_chatOverGemini = new ChatOverGemini.ChatOverGemini();
    private static readonly Translator s_messagesOverChat = new MessagesOverChat.MessagesOverChat();
    private static readonly Translator s_responsesOverChat = new ResponsesOverChat.ResponsesOverChat();
    private static readonly Translator[] s_all =
    [
        s_chatOverMessages,
        s_messagesOverChat,
        s_responsesOverChat,
        new ChainedTranslator(s_responsesOverChat, s_chatOverMessages),
        s_chatOverGemini,
        new ChainedTranslator(s_messagesOverChat, s_chatOverGemini),
        new ChainedTranslator(s_responsesOverChat, s_chatOverGemini),
        new EmbeddingsOverGemini(),
        new CountOverGemini(new ChainedTranslator(s_messagesOverChat, s_chatOverGemini)),
        new RawPredict(null),
        new RawPredict(s_chatOverMessages),
        new RawPredict(new ChainedTranslator(s_responsesOverChat, s_chatOverMessages)),
    ];

    private readonly ProviderCapabilities _capabilities;
    private readonly FrozenDictionary<string, Translator> _byClientEndpoint;

    /// <param name="capabilities">What the kind serves itself and what is translated.</param>
    /// <param name="compatible">Whether its servers only resemble OpenAI's.</param>
    /// <param name="own">Ways that only this kind has.</param>
    public Translators(ProviderCapabilities capabilities, bool compatible, params ReadOnlySpan<Translator> own)
    {
        _capabilities = capabilities;
        Compatible = compatible;
        _byClientEndpoint = s_all
            .Concat(own.ToArray())
            .Where(translator => capabilities.TranslatedEndpoints.Contains(translator.ClientEndpoint) && capabilities.Endpoints.Contains(translator.ProviderEndpoint))
            .ToFrozenDictionary(translator => translator.ClientEndpoint);
    }

    /// <summary>The ways of a kind whose own dialect is reached from Chat Completions: directly, and from the other dialects by way of it.</summary>
    public static Translators ByChat(ProviderCapabilities capabilities, Translator overOwn) => new(
        capabilities, compatible: false, overOwn, new ChainedTranslator(s_responsesOverChat, overOwn), new ChainedTranslator(s_messagesOverChat, overOwn));

    public bool Compatible { get; }

    /// <summary>The way for an endpoint; null when the deployment has it itself, or nobody knows a way.</summary>
    public Translator? Find(Deployment deployment, string endpoint) =>
        _byClientEndpoint.TryGetValue(endpoint, out Translator? translator) && _capabilities.ServingOf(deployment, endpoint) == Serving.Translated ? translator : null;

    /// <summary>The same for kinds that have no endpoint of a client's themselves.</summary>
    /// <exception cref="ProviderException">There is no way.</exception>
    public Translator Need(Deployment deployment, string endpoint) => Find(deployment, endpoint)
        ?? throw new ProviderException(new ProviderError(ProviderErrorKind.NotFound, $"Deployment '{deployment.Id}' does not serve {endpoint}."));

    /// <summary>What of a request the deployment cannot be told, or null.</summary>
    public FieldProblem? FindUncarried(Deployment deployment, string endpoint, ReadOnlySpan<byte> body) => _capabilities.ServingOf(deployment, endpoint) switch
    {
        Serving.Native => null,
        Serving.Translated when _byClientEndpoint.TryGetValue(endpoint, out Translator? translator) => translator.FindUncarried(body, new RequestTerms(deployment, Stream: false, Compatible)),
        _ => new FieldProblem(null, $"Deployment '{deployment.Id}' does not serve {endpoint}.", "Ask for a model that a deployment of another kind answers.", 0, 0),
    };

    /// <summary>The provider's request of a batch's member.</summary>
    public ReadOnlySpan<byte> WriteRequest(Translator translator, Deployment deployment, RequestId id, ReadOnlySpan<byte> body)
    {
        var output = new ArrayBufferWriter<byte>(body.Length + 256);
        try
        {
            translator.WriteRequest(body, output, new RequestTerms(deployment, Stream: false, Compatible));
        }
        catch (UncarriedException e)
        {
            throw new ProviderException(new ProviderError(ProviderErrorKind.InvalidRequest, $"Request {id} cannot travel in a batch: {e.Problem.Message}"), e);
        }

        return output.WrittenSpan;
    }

    /// <summary>A row's answer in the dialect of the client's endpoint. A row says by its shape whether it has to be translated.</summary>
    public BatchRow Translate(string endpoint, BatchRow row, TimeProvider clock)
    {
        if (row.Kind != BatchRowKind.Answered || !_byClientEndpoint.TryGetValue(endpoint, out Translator? translator))
        {
            return row;
        }

        try
        {
            return row.StatusCode is >= 200 and < 300
                ? row with { Body = TranslatedBody.Translate(translator, row.Body, clock.GetUtcNow()) }
                : row with { Body = ErrorBody.Write(Endpoints.DialectOf(endpoint), row.StatusCode, row.Body) };
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return row with { Kind = BatchRowKind.Unreadable };
        }
    }
}
