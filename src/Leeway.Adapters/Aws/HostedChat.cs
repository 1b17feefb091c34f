using System.Collections.Frozen;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Aws;

/// <summary>
/// A server of one's own that takes OpenAI's chat bodies and is called through a service of AWS's, which wraps what it streams into
/// messages and tells its errors in its own way.
/// </summary>
/// <param name="format">Addresses of the two operations, credentials and errors.</param>
/// <param name="operations">The operation for a whole answer, and for a streamed one.</param>
/// <param name="capabilities">What is served, natively and by translation.</param>
/// <param name="unwrap">What is inside a whole answer; null where the service adds nothing.</param>
/// <param name="clock">The clock behind signatures and translated answers.</param>
internal sealed class HostedChat(
    WireFormat format, (string Whole, string Stream) operations, ProviderCapabilities capabilities, Func<Deployment, ReadOnlyMemory<byte>, WrappedAnswer>? unwrap, TimeProvider clock) : IDisposable
{
    // More than either service lets through.
    private const int LongestAnswer = 32 * 1024 * 1024;

    private readonly Transport _transport = new(format);

    /// <summary>Takes calls that nobody waits for another way; null for a call that it does not take.</summary>
    public Func<Binding, ProviderCall, HttpContent, CancellationToken, Task<ProviderAnswer>?> Deferred { get; init; } = static (_, _, _, _) => null;
    private readonly Translators _translators = new(capabilities, compatible: true);

    public static readonly FrozenSet<string> Endpoints = [Leeway.Endpoints.Chat];

    public static readonly FrozenSet<string> Translated = [Leeway.Endpoints.Messages, Leeway.Endpoints.Responses];

    public async Task<ProviderAnswer> SendAsync(Deployment deployment, ProviderCall call, CancellationToken cancellationToken)
    {
        Binding binding = _transport.Bind(deployment);
        BodyShape shape = call.Shape ?? TranslatedCall.Scan(call.Body.Span);
        bool streams = shape.Stream && !call.Buffered;

        // 1. A chat body, whatever the client sent.
        Translator? translator = _translators.Find(deployment, call.Endpoint);
        if (translator is null && call.Endpoint != Leeway.Endpoints.Chat)
        {
            throw new ProviderException(new ProviderError(ProviderErrorKind.NotFound, $"Deployment '{deployment.Id}' does not serve {call.Endpoint}."));
        }

        bool usageIsOurs = false;
        HttpContent content;
        if (translator is null)
        {
            (content, usageIsOurs) = CallBody.Create(call, binding);
        }
        else
        {
            content = new ReadOnlyMemoryContent(TranslatedCall.WriteRequest(translator, call.Body.Span, new RequestTerms(deployment, streams, Compatible: true)));
            content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }

        // 2. The call.
        ProviderAnswer answer = await (Deferred(binding, call, content, cancellationToken) ?? RealTimeWire.SendAsync(
            binding, binding.Request(streams ? operations.Stream : operations.Whole, content), usageIsOurs, translated: translator is not null, clock, cancellationToken));
        if (answer.Error is null)
        {
            answer = answer.ContentType.StartsWith("application/vnd.amazon.eventstream", StringComparison.OrdinalIgnoreCase)
                ? Streamed(answer, deployment)
                : await UnwrapAsync(answer, deployment, cancellationToken);
        }

        // 3. The client's dialect.
        return translator is null ? answer : TranslatedCall.Translate(answer, translator, deployment, shape, clock.GetUtcNow());
    }

    /// <summary>What of a request cannot be carried.</summary>
    public FieldProblem? FindUncarried(Deployment deployment, string endpoint, ReadOnlySpan<byte> body) => _translators.FindUncarried(deployment, endpoint, body);

    /// <summary>Asks for something that is free and wants the credential.</summary>
    public Task<ProviderProbe> ProbeAsync(Deployment deployment, string path, CancellationToken cancellationToken) => ProbeWire.SendAsync(_transport.Bind(deployment), path, cancellationToken);

    public void Dispose() => _transport.Dispose();

    private static ProviderAnswer Streamed(ProviderAnswer answer, Deployment deployment) => new(
        answer.StatusCode, "text/event-stream; charset=utf-8", new ServerSentStream(answer.Body!, deployment, HostedEvents.Write), null, answer)
    {
        ProviderRequestId = answer.ProviderRequestId,
        UsageEventIsOurs = answer.UsageEventIsOurs,
    };

    private async Task<ProviderAnswer> UnwrapAsync(ProviderAnswer answer, Deployment deployment, CancellationToken cancellationToken)
    {
        if (unwrap is null)
        {
            return answer;
        }

        using (answer)
        {
            byte[] bytes;
            try
            {
                bytes = await BoundedRead.ReadAsync(answer.Body!, LongestAnswer, cancellationToken) ?? throw Failures.Malformed(deployment, $"answered with more than {LongestAnswer} bytes");
            }
            catch (Exception e) when (Failures.IsTransport(e, cancellationToken))
            {
                throw Failures.Wrap(e, deployment);
            }

            WrappedAnswer inside = unwrap(deployment, bytes);
            return new ProviderAnswer(
                inside.Status, inside.ContentType, inside.Error is null ? new MemoryStream(inside.Body.ToArray()) : null, inside.Error, null)
            {
                ContentLength = inside.Error is null ? inside.Body.Length : null,
                ProviderRequestId = answer.ProviderRequestId,
                UsageEventIsOurs = answer.UsageEventIsOurs,
            };
        }
    }
}

/// <summary>What was inside an answer.</summary>
/// <param name="Status">Its own status.</param>
/// <param name="ContentType">Its own type.</param>
/// <param name="Body">Its content.</param>
/// <param name="Error">What it says went wrong, or null.</param>
internal readonly record struct WrappedAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Body, ProviderError? Error);
