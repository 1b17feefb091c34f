using System.Collections.Frozen;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Translation.ChatOverGemini;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Gemini;

/// <summary>The Gemini API of Google AI Studio. Clients of every dialect are served by translation.</summary>
public sealed class GeminiProvider : IProvider, IDisposable
{
    private readonly TimeProvider _clock;
    private readonly Transport _transport = new(GeminiAddresses.Format);
    private readonly Translators _translators;

    /// <param name="clock">The clock behind timeouts and translated answers.</param>
    public GeminiProvider(TimeProvider clock)
    {
        _clock = clock;
        _translators = new Translators(Capabilities, compatible: false);
    }

    /// <inheritdoc/>
    public string Kind => "gemini";

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new()
    {
        Endpoints = new[] { GeminiMethods.Generate, GeminiMethods.Embed }.ToFrozenSet(),
        TranslatedEndpoints = new[] { Endpoints.Chat, Endpoints.Messages, Endpoints.Responses, Endpoints.Embeddings }.ToFrozenSet(),
    };

    /// <inheritdoc/>
    public Task<ProviderAnswer> SendAsync(Deployment deployment, ProviderCall call, CancellationToken cancellationToken) =>
        TranslatedCall.SendAsync(_transport.Bind(deployment), _translators.Need(deployment, call.Endpoint), call, _translators.Compatible, _clock, cancellationToken);

    /// <inheritdoc/>
    public Task<ProviderProbe> ProbeAsync(Deployment deployment, CancellationToken cancellationToken) =>
        ProbeWire.SendAsync(_transport.Bind(deployment), $"/{GeminiAddresses.Version(deployment)}/models?pageSize=1", cancellationToken);

    /// <inheritdoc/>
    public FieldProblem? FindUncarried(Deployment deployment, string endpoint, ReadOnlySpan<byte> body) => _translators.FindUncarried(deployment, endpoint, body);

    /// <inheritdoc/>
    public TokenUsage? ReadUsage(string endpoint, ReadOnlySpan<byte> json) => UsageReader.Read(json, Endpoints.DialectOf(endpoint));

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();
}
