using System.Buffers;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation;

/// <summary>What a request is translated for.</summary>
/// <param name="Deployment">Whose id stands in refusals, and whose model in the request.</param>
/// <param name="Stream">Whether a stream is asked for.</param>
/// <param name="Compatible">Whether the server only resembles OpenAI's, so that the older of two names is the one it knows.</param>
internal sealed record RequestTerms(Deployment Deployment, bool Stream, bool Compatible)
{
    /// <summary>The tier in real time that is asked for, in OpenAI's words; null leaves it to what the request says, where the dialect has a word for that.</summary>
    public string? Tier { get; init; }
}

/// <summary>One way between two dialects: requests of a client's endpoint go to a provider's, answers and streams come back.</summary>
internal abstract class Translator
{
    /// <summary>The path that the client calls.</summary>
    public abstract string ClientEndpoint { get; }

    /// <summary>The path that the provider serves.</summary>
    public abstract string ProviderEndpoint { get; }

    /// <summary>The same for a stream, where it has an address of its own.</summary>
    public virtual string StreamEndpoint => ProviderEndpoint;

    /// <summary>The provider's API, for people.</summary>
    public abstract string Target { get; }

    /// <summary>How the provider counts tokens.</summary>
    public virtual UsageForm ProviderUsage => Endpoints.DialectOf(ProviderEndpoint) == Dialect.Anthropic ? UsageForm.Anthropic : UsageForm.OpenAI;

    /// <summary>Whether a stream ends with an event of usage that clients have to ask for.</summary>
    public virtual bool UsageIsOptional => false;

    /// <summary>What the client calls a member of the provider's request, as a refusal names it; the same where both say the same.</summary>
    public virtual string ClientNameOf(string field) => field;

    /// <summary>The way of one request, where answers depend on what was asked.</summary>
    public virtual Translator For(ReadOnlySpan<byte> body, Deployment deployment) => this;

    /// <summary>Writes the provider's request.</summary>
    /// <exception cref="UncarriedException">The request says something that the provider's dialect cannot.</exception>
    public abstract void WriteRequest(ReadOnlySpan<byte> body, IBufferWriter<byte> output, RequestTerms terms);

    /// <summary>What <see cref="WriteRequest(ReadOnlySpan{byte}, IBufferWriter{byte}, RequestTerms)"/> would refuse, or null.</summary>
    public FieldProblem? FindUncarried(ReadOnlySpan<byte> body, RequestTerms terms)
    {
        try
        {
            WriteRequest(body, new ArrayBufferWriter<byte>(body.Length + 256), terms);
            return null;
        }
        catch (UncarriedException e)
        {
            return e.Problem;
        }
    }

    /// <summary>Writes the client's answer from the provider's.</summary>
    /// <exception cref="FormatException">The provider's answer is none.</exception>
    public abstract void WriteAnswer(JsonElement answer, Utf8JsonWriter json, DateTimeOffset now);

    /// <summary>Begins to translate a stream.</summary>
    public abstract StreamTranslator OpenStream(DateTimeOffset now);
}
