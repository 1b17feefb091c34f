using System.Runtime.CompilerServices;
using System.Text;
using Leeway.Adapters.Aws;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Bedrock;

/// <summary>Amazon Bedrock.</summary>
public sealed class BedrockProvider : IProvider, IDisposable
{
    private readonly TimeProvider _clock;
    private readonly Transport _runtime;
    private readonly Transport _control;
    private readonly ConditionalWeakTable<Deployment, Ways> _ways = [];

    /// <param name="clock">The clock behind signatures, timeouts and translated answers.</param>
    public BedrockProvider(TimeProvider clock)
    {
        _clock = clock;
        _runtime = new Transport(BedrockFormat.Runtime(clock));
        _control = new Transport(BedrockFormat.Control(clock));
    }

    /// <inheritdoc/>
    public string Kind => "bedrock";

    // Which of the endpoints is a model's own depends on the model, so that each is asked whether it can carry a request.
    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new()
    {
        Endpoints = new HashSet<string>(),
        TranslatedEndpoints = new HashSet<string> { Endpoints.Chat, Endpoints.Responses, Endpoints.Messages, Endpoints.Embeddings },
        HasFlexTier = true,
        HasPriorityTier = true,
    };

    /// <inheritdoc/>
    public async Task<ProviderAnswer> SendAsync(Deployment deployment, ProviderCall call, CancellationToken cancellationToken)
    {
        Ways ways = Of(deployment);
        Binding binding = _runtime.Bind(deployment);
        BodyShape shape = call.Shape ?? TranslatedCall.Scan(call.Body.Span);
        bool streams = shape.Stream && !call.Buffered;
        string? tier = call.Buffered ? null : Tier(call.Body.Span, shape);

        // 1. The body in the model's dialect.
        Translator? translator = ways.IsClaude && call.Endpoint == Endpoints.Messages ? null : ways.Translators.Need(deployment, call.Endpoint);
        ReadOnlyMemory<byte> body = translator is null
            ? call.Body
            : TranslatedCall.WriteRequest(translator, call.Body.Span, new RequestTerms(deployment, streams, Compatible: false) { Tier = tier });

        // 2. The call.
        HttpContent content = ways.IsClaude ? new SplicedContent(body, ClaudeBody.Edit(body.Span)) : new ReadOnlyMemoryContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        HttpRequestMessage request = binding.Request(
            ways.IsConverse ? streams ? Operation.ConverseStream : Operation.Converse : streams ? Operation.InvokeStream : Operation.Invoke, content);
        if (tier is not null && !ways.IsConverse)
        {
            request.Headers.TryAddWithoutValidation("X-Amzn-Bedrock-Service-Tier", tier);
        }

        ProviderAnswer answer = await RealTimeWire.SendAsync(binding, request, usageIsOurs: false, translated: translator is not null, _clock, cancellationToken);

        // 3. The answer: events as everybody else sends them, then in the client's dialect.
        if (answer.Error is null && answer.ContentType.StartsWith("application/vnd.amazon.eventstream", StringComparison.OrdinalIgnoreCase))
        {
            answer = new ProviderAnswer(
                answer.StatusCode,
                "text/event-stream; charset=utf-8",
                new ServerSentStream(answer.Body!, deployment, ways.IsConverse ? BedrockEvents.WriteConverse : BedrockEvents.WriteClaude),
                null,
                answer)
            {
                ProviderRequestId = answer.ProviderRequestId,
            };
        }

        return translator is null ? answer : TranslatedCall.Translate(answer, translator, deployment, shape, _clock.GetUtcNow());
    }

    /// <inheritdoc/>
    public Task<ProviderProbe> ProbeAsync(Deployment deployment, CancellationToken cancellationToken) =>
        ProbeWire.SendAsync(_control.Bind(deployment), "/model-invocation-jobs?maxResults=1", cancellationToken);

    /// <inheritdoc/>
    public FieldProblem? FindUncarried(Deployment deployment, string endpoint, ReadOnlySpan<byte> body) => Of(deployment).Translators.FindUncarried(deployment, endpoint, body);

    /// <inheritdoc/>
    public ReportedUsage? ReadUsage(string endpoint, ReadOnlySpan<byte> json) => UsageReader.Read(json, Endpoints.DialectOf(endpoint));

    /// <inheritdoc/>
    public void Dispose()
    {
        _runtime.Dispose();
        _control.Dispose();
    }

    private Ways Of(Deployment deployment) => _ways.TryGetValue(deployment, out Ways? ways) ? ways : _ways.GetValue(deployment, static one => new Ways(one));

    /// <summary>The tier that the client asks for, in Bedrock's words; null for the usual one.</summary>
    private static string? Tier(ReadOnlySpan<byte> body, BodyShape shape)
    {
        if (shape.ServiceTierMember.Length == 0)
        {
            return null;
        }

        string member = Encoding.UTF8.GetString(body.Slice(shape.ServiceTierMember.Start, shape.ServiceTierMember.Length));
        return member[(member.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() switch
        {
            "\"flex\"" => "flex",
            "\"priority\"" or "\"fast\"" => "priority",
            "\"default\"" => "default",
            _ => null,
        };
    }
}
