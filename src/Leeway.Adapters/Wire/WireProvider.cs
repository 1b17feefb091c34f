using System.Buffers;
using System.IO.Pipelines;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Wire.Batches;
using Leeway.Adapters.Wire.Calls;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Wire;

/// <summary>A provider that speaks OpenAI's wire format. How the kinds differ is data, see <see cref="WireKind"/>.</summary>
public abstract class WireProvider : IProvider, IBatchProvider, IResponseProvider, IDisposable
{
    private readonly TimeProvider _clock;
    private readonly Transport _transport;
    private readonly BatchWire _batches;
    private readonly WireKind _kind;
    private readonly Translators _translators;

    /// <param name="kind">What tells it from others of the dialect.</param>
    /// <param name="clock">The clock behind timeouts and Retry-After dates.</param>
    /// <param name="logger">Where oddities of the provider are noted.</param>
    private protected WireProvider(WireKind kind, TimeProvider clock, ILogger logger)
    {
        _kind = kind;
        _clock = clock;
        _translators = new Translators(kind.Capabilities, kind.OnlyResembles);
        _transport = new Transport(kind.Format with { Endpoints = kind.Capabilities.Endpoints.Union(kind.Capabilities.TranslatedEndpoints).ToHashSet() });
        _batches = new BatchWire(kind.Batches, clock, logger);
    }

    /// <inheritdoc/>
    public string Kind => _kind.Name;

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities => _kind.Capabilities;

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
    public Task<ProviderAnswer> SendStoredAsync(Deployment deployment, StoredCall call, CancellationToken cancellationToken) =>
        RealTimeWire.SendStoredAsync(_transport.Bind(deployment), call, _clock, cancellationToken);

    /// <inheritdoc/>
    public int WriteLine(IBufferWriter<byte> output, RequestId id, string endpoint, ReadOnlySpan<byte> body, Deployment deployment) =>
        _translators.Find(deployment, endpoint) is { } translator
            ? BatchLine.Write(output, id, _kind.Batches.CallOf(deployment, translator.ProviderEndpoint), _translators.WriteRequest(translator, deployment, id, body), _transport.Bind(deployment))
            : BatchLine.Write(output, id, _kind.Batches.CallOf(deployment, endpoint), body, _transport.Bind(deployment));

    /// <inheritdoc/>
    public Task<string> UploadAsync(Deployment deployment, string fileName, Func<PipeWriter, CancellationToken, Task> writeInput, CancellationToken cancellationToken) =>
        _batches.UploadAsync(BindForBatch(deployment), fileName, writeInput, cancellationToken);

    /// <inheritdoc/>
    public Task<ProviderBatch> CreateAsync(Deployment deployment, BatchCreation creation, CancellationToken cancellationToken) =>
        _batches.CreateAsync(
            BindForBatch(deployment),
            creation.InputFile,
            _kind.Batches.EndpointOf(deployment, _translators.Find(deployment, creation.Endpoint)?.ProviderEndpoint ?? creation.Endpoint),
            creation.Fingerprint,
            cancellationToken);

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
        _batches.OpenFileAsync(_transport.Bind(deployment), file, cancellationToken);

    /// <inheritdoc/>
    public BatchRow ReadRow(string endpoint, ReadOnlyMemory<byte> line, Deployment deployment) => _translators.Translate(endpoint, BatchRowReader.Read(line), _clock);

    /// <inheritdoc/>
    public Task DeleteFileAsync(Deployment deployment, string file, CancellationToken cancellationToken) =>
        _batches.DeleteFileAsync(_transport.Bind(deployment), file, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> FindFilesAsync(Deployment deployment, string fileName, CancellationToken cancellationToken) =>
        _batches.FindFilesAsync(_transport.Bind(deployment), fileName, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Work is put only where a batch API is known to be; what is there already may be collected in any case.</summary>
    private Binding BindForBatch(Deployment deployment) => !_kind.BatchIsOptional || deployment.BatchEnabled
        ? _transport.Bind(deployment)
        : throw new ProviderException(new ProviderError(ProviderErrorKind.NotFound, $"Deployment '{deployment.Id}' has no batch API; the configuration has to enable it."));
}
