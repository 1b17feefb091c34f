using System.Buffers;
using System.Collections.Frozen;
using System.IO.Pipelines;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Translation.ChatOverGemini;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Gemini;

/// <summary>The Gemini API of Google AI Studio. Clients of every dialect are served by translation.</summary>
public sealed class GeminiProvider : IProvider, IBatchProvider, IDisposable
{
    private readonly TimeProvider _clock;
    private readonly Transport _transport = new(GeminiAddresses.Format);
    private readonly Translators _translators;
    private readonly GeminiBatches _batches;

    /// <param name="clock">The clock behind timeouts and translated answers.</param>
    /// <param name="logger">Where oddities of the provider are noted.</param>
    public GeminiProvider(TimeProvider clock, ILogger<GeminiProvider> logger)
    {
        _clock = clock;
        _translators = new Translators(Capabilities, compatible: false);
        _batches = new GeminiBatches(clock, logger);
    }

    /// <inheritdoc/>
    public string Kind => "gemini";

    // The vendor's limits: an input of 2 GB, one model, and 48 hours, after which nothing comes back. It names no number of requests.
    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new()
    {
        Endpoints = new[] { GeminiMethods.Generate, GeminiMethods.Embed, GeminiMethods.Count }.ToFrozenSet(),
        TranslatedEndpoints = new[] { Endpoints.Chat, Endpoints.Messages, Endpoints.Responses, Endpoints.Embeddings, Endpoints.CountTokens }.ToFrozenSet(),
        BatchEndpoints = new[] { Endpoints.Chat, Endpoints.Messages, Endpoints.Responses }.ToFrozenSet(),
        FlexEndpoints = new[] { Endpoints.Chat, Endpoints.Messages, Endpoints.Responses }.ToFrozenSet(),
        BatchWindow = TimeSpan.FromHours(48),
        OnExpiry = UnfinishedRows.NothingKept,
        OnCancel = UnfinishedRows.NothingKept,
        CountsWhileRunning = true,
        KeepsOrder = true,
        MaxBatchBytes = 2_000_000_000,
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
    public ReportedUsage? ReadUsage(string endpoint, ReadOnlySpan<byte> json) => UsageReader.Read(json, Endpoints.DialectOf(endpoint));

    /// <inheritdoc/>
    public int WriteLine(IBufferWriter<byte> output, RequestId id, string endpoint, ReadOnlySpan<byte> body, Deployment deployment) =>
        GeminiLine.Write(output, id, _translators.WriteRequest(_translators.Need(deployment, endpoint), deployment, id, body));

    /// <inheritdoc/>
    public Task<string> UploadAsync(Deployment deployment, string fileName, Func<PipeWriter, CancellationToken, Task> writeInput, CancellationToken cancellationToken) =>
        _batches.UploadAsync(_transport.Bind(deployment), fileName, writeInput, cancellationToken);

    /// <inheritdoc/>
    public Task<ProviderBatch> CreateAsync(Deployment deployment, BatchCreation creation, CancellationToken cancellationToken) =>
        _batches.CreateAsync(_transport.Bind(deployment), creation, cancellationToken);

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
    public BatchRow ReadRow(string endpoint, ReadOnlyMemory<byte> line, Deployment deployment) => _translators.Translate(endpoint, GeminiRow.Read(line), _clock);

    /// <inheritdoc/>
    public Task DeleteFileAsync(Deployment deployment, string file, CancellationToken cancellationToken) =>
        _batches.DeleteAsync(_transport.Bind(deployment), file, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> FindFilesAsync(Deployment deployment, string fileName, CancellationToken cancellationToken) =>
        _batches.FindFilesAsync(_transport.Bind(deployment), fileName, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();
}
