using System.Buffers;
using System.Collections.Frozen;
using System.IO.Pipelines;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Translation.ChatOverGemini;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Vertex;

/// <summary>Vertex AI: Gemini and Claude at Google Cloud. The publisher of a deployment's model decides which dialect goes up.</summary>
public sealed class VertexProvider : IProvider, IBatchProvider, IDisposable
{
    private static readonly FrozenSet<string> s_clients = [Endpoints.Chat, Endpoints.Messages, Endpoints.Responses];

    private readonly TimeProvider _clock;
    private readonly Transport _transport = new(VertexAddresses.Format);
    private readonly Translators _toGemini = new(new ProviderCapabilities { Endpoints = new[] { GeminiMethods.Generate }.ToFrozenSet(), TranslatedEndpoints = s_clients }, compatible: false);
    private readonly Translators _toClaude = new(new ProviderCapabilities { Endpoints = new[] { RawPredict.Method }.ToFrozenSet(), TranslatedEndpoints = s_clients }, compatible: false);
    private readonly VertexJobs _jobs;
    private readonly VertexFiles _files = new();

    /// <param name="clock">The clock behind timeouts and translated answers.</param>
    /// <param name="logger">Where oddities of the provider are noted.</param>
    public VertexProvider(TimeProvider clock, ILogger<VertexProvider> logger)
    {
        _clock = clock;
        _jobs = new VertexJobs(clock, logger);
    }

    /// <inheritdoc/>
    public string Kind => "vertex";

    // The vendor's limits: 200,000 requests and 1 GB per job, 72 hours in its queue and then 24 to run; what ran by then is kept.
    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new()
    {
        Endpoints = new[] { GeminiMethods.Generate, RawPredict.Method }.ToFrozenSet(),
        TranslatedEndpoints = s_clients,
        BatchEndpoints = s_clients,
        BatchNeedsStorage = true,
        BatchWindow = TimeSpan.FromHours(72 + 24),
        Correlation = CorrelationCarrier.EchoedLabel,
        MaxIdLength = 63,
        MaxBatchRequests = 200_000,
        MaxBatchBytes = 1_000_000_000,
    };

    /// <inheritdoc/>
    public Task<ProviderAnswer> SendAsync(Deployment deployment, ProviderCall call, CancellationToken cancellationToken) =>
        TranslatedCall.SendAsync(_transport.Bind(deployment), Ways(deployment).Need(deployment, call.Endpoint), call, compatible: false, _clock, cancellationToken);

    // Listing jobs is free, and wants the credential, the project and the location.
    /// <inheritdoc/>
    public Task<ProviderProbe> ProbeAsync(Deployment deployment, CancellationToken cancellationToken) =>
        ProbeWire.SendAsync(_transport.Bind(deployment), VertexAddresses.Parent(deployment) + "/batchPredictionJobs?pageSize=1", cancellationToken);

    /// <inheritdoc/>
    public FieldProblem? FindUncarried(Deployment deployment, string endpoint, ReadOnlySpan<byte> body) => VertexModel.Of(deployment).IsServed
        ? Ways(deployment).FindUncarried(deployment, endpoint, body)
        : new FieldProblem(null, Unserved(deployment), "Ask for a model of Google's or Anthropic's.", 0, 0);

    /// <inheritdoc/>
    public ReportedUsage? ReadUsage(string endpoint, ReadOnlySpan<byte> json) => UsageReader.Read(json, Endpoints.DialectOf(endpoint));

    /// <inheritdoc/>
    public int WriteLine(IBufferWriter<byte> output, RequestId id, string endpoint, ReadOnlySpan<byte> body, Deployment deployment)
    {
        Translators ways = Ways(deployment);
        return VertexLine.Write(output, id, ways.WriteRequest(ways.Need(deployment, endpoint), deployment, id, body), isClaude: ways == _toClaude);
    }

    /// <inheritdoc/>
    public Task<string> UploadAsync(Deployment deployment, string fileName, Func<PipeWriter, CancellationToken, Task> writeInput, CancellationToken cancellationToken) =>
        _files.UploadAsync(deployment, fileName, writeInput, cancellationToken);

    /// <inheritdoc/>
    public Task<ProviderBatch> CreateAsync(Deployment deployment, BatchCreation creation, CancellationToken cancellationToken) =>
        _jobs.CreateAsync(_transport.Bind(deployment), creation.InputFile, _files.OutputOf(deployment, creation.Fingerprint), creation.Fingerprint, cancellationToken);

    /// <inheritdoc/>
    public Task<ProviderBatch> GetAsync(Deployment deployment, string providerBatch, CancellationToken cancellationToken) =>
        _jobs.GetAsync(_transport.Bind(deployment), providerBatch, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ProviderBatch> ListAsync(Deployment deployment, DateTimeOffset since, CancellationToken cancellationToken) =>
        _jobs.ListAsync(_transport.Bind(deployment), since, cancellationToken);

    /// <inheritdoc/>
    public Task CancelAsync(Deployment deployment, string providerBatch, CancellationToken cancellationToken) =>
        _jobs.CancelAsync(_transport.Bind(deployment), providerBatch, cancellationToken);

    /// <inheritdoc/>
    public Task<Stream> OpenFileAsync(Deployment deployment, string file, CancellationToken cancellationToken) => _files.OpenAsync(deployment, file, cancellationToken);

    /// <inheritdoc/>
    public BatchRow ReadRow(string endpoint, ReadOnlyMemory<byte> line, Deployment deployment)
    {
        BatchRow row = VertexRow.Read(line, out bool isClaude);
        return (isClaude ? _toClaude : _toGemini).Translate(endpoint, row, _clock);
    }

    /// <inheritdoc/>
    public Task DeleteFileAsync(Deployment deployment, string file, CancellationToken cancellationToken) => _files.DeleteAsync(deployment, file, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> FindFilesAsync(Deployment deployment, string fileName, CancellationToken cancellationToken) => _files.FindAsync(deployment, fileName, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private Translators Ways(Deployment deployment)
    {
        VertexModel model = VertexModel.Of(deployment);
        return model.IsClaude ? _toClaude : model.IsServed ? _toGemini
            : throw new ProviderException(new ProviderError(ProviderErrorKind.NotFound, Unserved(deployment)));
    }

    private static string Unserved(Deployment deployment) =>
        $"Deployment '{deployment.Id}' names a model of {VertexModel.Of(deployment).Publisher}, which has a dialect of its own there; Google's and Anthropic's are served.";
}
