using System.Buffers;
using System.Collections.Frozen;
using System.IO.Pipelines;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Anthropic;

/// <summary>Anthropic, and servers that speak its Messages API.</summary>
public sealed class AnthropicProvider : IProvider, IBatchProvider, IDisposable
{
    private static readonly FrozenSet<string> s_endpoints = [Endpoints.Messages, Endpoints.CountTokens];

    private static readonly FrozenSet<string> s_translated = [Endpoints.Chat, Endpoints.Responses];

    private readonly TimeProvider _clock;
    private readonly Transport _transport;
    private readonly Translators _translators;
    private readonly MessageBatches _batches;

    /// <param name="clock">The clock behind timeouts, Retry-After dates and translated answers.</param>
    /// <param name="logger">Where oddities of the provider are noted.</param>
    public AnthropicProvider(TimeProvider clock, ILogger<AnthropicProvider> logger)
    {
        _clock = clock;
        _transport = new Transport(WireFormat.Anthropic(s_endpoints));
        _translators = new Translators(Capabilities, compatible: false);
        _batches = new MessageBatches(clock, logger);
    }

    /// <inheritdoc/>
    public string Kind => "anthropic";

    // The vendor's limits: 100,000 requests and 256 MB per batch, with room for what stands around the requests.
    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new()
    {
        Endpoints = s_endpoints,
        TranslatedEndpoints = s_translated,
        BatchEndpoints = s_translated.Append(Endpoints.Messages).ToFrozenSet(),
        BatchMixesModels = true,
        ListsFingerprints = false,
        MaxBatchRequests = 100_000,
        MaxBatchBytes = 200_000_000,
    };

    /// <inheritdoc/>
    public Task<ProviderAnswer> SendAsync(Deployment deployment, ProviderCall call, CancellationToken cancellationToken) =>
        _translators.Find(deployment, call.Endpoint) is { } translator
            ? TranslatedCall.SendAsync(_transport.Bind(deployment), translator, call, _translators.Compatible, _clock, cancellationToken)
            : RealTimeWire.SendAsync(_transport.Bind(deployment), call, _clock, cancellationToken);

    /// <inheritdoc/>
    public Task<ProviderProbe> ProbeAsync(Deployment deployment, CancellationToken cancellationToken) => ProbeWire.SendAsync(_transport.Bind(deployment), "/models", cancellationToken);

    /// <inheritdoc/>
    public FieldProblem? FindUncarried(Deployment deployment, string endpoint, ReadOnlySpan<byte> body) => _translators.FindUncarried(deployment, endpoint, body);

    /// <inheritdoc/>
    public ReportedUsage? ReadUsage(string endpoint, ReadOnlySpan<byte> json) => UsageReader.Read(json, Endpoints.DialectOf(endpoint));

    /// <inheritdoc/>
    public int WriteLine(IBufferWriter<byte> output, RequestId id, string endpoint, ReadOnlySpan<byte> body, Deployment deployment) =>
        MessageLine.Write(
            output,
            id,
            _translators.Find(deployment, endpoint) is { } translator ? _translators.WriteRequest(translator, deployment, id, body) : body,
            _transport.Bind(deployment));

    /// <inheritdoc/>
    public Task<string> UploadAsync(Deployment deployment, string fileName, Func<PipeWriter, CancellationToken, Task> writeInput, CancellationToken cancellationToken) =>
        Task.FromResult(MessageBatches.Inline);

    /// <inheritdoc/>
    public Task<ProviderBatch> CreateAsync(Deployment deployment, BatchCreation creation, CancellationToken cancellationToken) =>
        _batches.CreateAsync(_transport.Bind(deployment), creation.WriteInput, cancellationToken);

    /// <inheritdoc/>
    public Task<ProviderBatch> GetAsync(Deployment deployment, string providerBatch, CancellationToken cancellationToken) =>
        _batches.GetAsync(_transport.Bind(deployment), providerBatch, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ProviderBatch> ListAsync(Deployment deployment, DateTimeOffset since, CancellationToken cancellationToken) =>
        _batches.ListAsync(_transport.Bind(deployment), since, cancellationToken);

    /// <inheritdoc/>
    public Task CancelAsync(Deployment deployment, string providerBatch, CancellationToken cancellationToken) =>
        _batches.CancelAsync(_transport.Bind(deployment), providerBatch, cancellationToken);

    /// <inheritdoc/>
    public Task<Stream> OpenFileAsync(Deployment deployment, string file, CancellationToken cancellationToken) =>
        _batches.OpenResultsAsync(_transport.Bind(deployment), file, cancellationToken);

    /// <inheritdoc/>
    public BatchRow ReadRow(string endpoint, ReadOnlyMemory<byte> line, Deployment deployment) => _translators.Translate(endpoint, MessageRow.Read(line), _clock);

    /// <inheritdoc/>
    public Task DeleteFileAsync(Deployment deployment, string file, CancellationToken cancellationToken) =>
        file == MessageBatches.Inline ? Task.CompletedTask : _batches.DeleteAsync(_transport.Bind(deployment), file, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> FindFilesAsync(Deployment deployment, string fileName, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();
}
