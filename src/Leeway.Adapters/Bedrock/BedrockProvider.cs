using System.Buffers;
using System.Collections.Frozen;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Leeway.Adapters.Aws;
using Leeway.Adapters.Bedrock.Jobs;
using Leeway.Adapters.Translation;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Bedrock;

/// <summary>Amazon Bedrock.</summary>
public sealed class BedrockProvider : IProvider, IBatchProvider, IDisposable
{
    private static readonly FrozenSet<string> s_endpoints = [Endpoints.Chat, Endpoints.Responses, Endpoints.Messages, Endpoints.Embeddings];

    private readonly TimeProvider _clock;
    private readonly Transport _runtime;
    private readonly Transport _control;
    private readonly InvocationJobs _jobs;
    private readonly ConditionalWeakTable<Deployment, Ways> _ways = [];
    private readonly ConditionalWeakTable<Deployment, JobFiles> _files = [];

    /// <param name="clock">The clock behind signatures, timeouts and translated answers.</param>
    /// <param name="logger">Where oddities of the provider are noted.</param>
    public BedrockProvider(TimeProvider clock, ILogger<BedrockProvider> logger)
    {
        _clock = clock;
        _runtime = new Transport(BedrockFormat.Runtime(clock));
        _control = new Transport(BedrockFormat.Control(clock));
        _jobs = new InvocationJobs(clock, logger);
    }

    /// <inheritdoc/>
    public string Kind => "bedrock";

    // Which of the endpoints is a model's own depends on the model, so that each is asked whether it can carry a request.
    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new()
    {
        Endpoints = FrozenSet<string>.Empty,
        TranslatedEndpoints = s_endpoints,
        FlexEndpoints = new[] { Endpoints.Chat, Endpoints.Responses, Endpoints.Messages }.ToFrozenSet(),
        HasPriorityTier = true,

        // The default quotas: 100 to 50,000 records a job, and 1 GB in one file, with room for what stands around the requests.
        BatchEndpoints = s_endpoints,
        MinBatchRequests = 100,
        MaxBatchRequests = 50_000,
        MaxBatchBytes = 900_000_000,
        BatchWindow = TimeSpan.FromHours(24),
        BatchNeedsStorage = true,
        CountsWhileRunning = true,
        IdempotentCreate = true,
    };

    /// <inheritdoc/>
    public async Task<ProviderAnswer> SendAsync(Deployment deployment, ProviderCall call, CancellationToken cancellationToken)
    {
        Ways ways = Of(deployment);
        Binding binding = _runtime.Bind(deployment);
        BodyShape shape = call.Shape ?? TranslatedCall.Scan(call.Body.Span);
        bool streams = shape.Stream && !call.Buffered;
        string? tier = call.OnFlexTier ? "flex" : call.Buffered ? null : Tier(call.Body.Span, shape);

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

        translator = translator is Embeddings.CohereEmbeddings counted ? counted.Counting(answer.InputTokens) : translator;
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
    public FieldProblem? FindUnbatchable(Deployment deployment, string endpoint, ReadOnlySpan<byte> body)
    {
        Ways ways = Of(deployment);
        if (!ways.IsConverse || body.IndexOf("\"tools\""u8) < 0 || ways.Translators.Find(deployment, endpoint) is not { } translator)
        {
            return null;
        }

        var request = new ArrayBufferWriter<byte>(body.Length + 256);
        translator.WriteRequest(body, request, new RequestTerms(deployment, Stream: false, Compatible: false));
        using var written = System.Text.Json.JsonDocument.Parse(request.WrittenMemory, new System.Text.Json.JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
        return written.RootElement.Member("toolConfig") is null ? null : new FieldProblem(
            "tools", $"Batches of deployment '{deployment.Id}' take no tools.", "Leave the tools out, leave the lane to the gateway, or ask for a Claude model, whose batches take them.", 0, 0);
    }

    /// <inheritdoc/>
    public int WriteLine(IBufferWriter<byte> output, RequestId id, string endpoint, ReadOnlySpan<byte> body, Deployment deployment)
    {
        Ways ways = Of(deployment);
        ReadOnlySpan<byte> request = ways.Translators.Find(deployment, endpoint) is { } translator ? ways.Translators.WriteRequest(translator, deployment, id, body) : body;
        return JobLine.Write(output, id, request, ways.IsClaude ? ClaudeBody.Edit(request, CacheMarks.Find(request)) : new BodyEdits());
    }

    /// <inheritdoc/>
    public Task<string> UploadAsync(Deployment deployment, string fileName, Func<PipeWriter, CancellationToken, Task> writeInput, CancellationToken cancellationToken) =>
        FilesOf(deployment).UploadAsync(fileName, writeInput, cancellationToken);

    /// <inheritdoc/>
    public Task<ProviderBatch> CreateAsync(Deployment deployment, BatchCreation creation, CancellationToken cancellationToken) =>
        _jobs.CreateAsync(_control.Bind(deployment), FilesOf(deployment), creation, Of(deployment).IsConverse, Capabilities.BatchWindow, cancellationToken);

    /// <inheritdoc/>
    public Task<ProviderBatch> GetAsync(Deployment deployment, string providerBatch, CancellationToken cancellationToken) =>
        _jobs.GetAsync(_control.Bind(deployment), FilesOf(deployment), providerBatch, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ProviderBatch> ListAsync(Deployment deployment, DateTimeOffset since, CancellationToken cancellationToken) =>
        _jobs.ListAsync(_control.Bind(deployment), FilesOf(deployment), since, cancellationToken);

    /// <inheritdoc/>
    public Task CancelAsync(Deployment deployment, string providerBatch, CancellationToken cancellationToken) =>
        _jobs.CancelAsync(_control.Bind(deployment), FilesOf(deployment), providerBatch, cancellationToken);

    /// <inheritdoc/>
    public Task<Stream> OpenFileAsync(Deployment deployment, string file, CancellationToken cancellationToken) => FilesOf(deployment).OpenAsync(file, cancellationToken);

    /// <inheritdoc/>
    public BatchRow ReadRow(string endpoint, ReadOnlyMemory<byte> line, Deployment deployment) => JobRow.Read(endpoint, line, Of(deployment).Translators, _clock);

    /// <inheritdoc/>
    public Task DeleteFileAsync(Deployment deployment, string file, CancellationToken cancellationToken) => FilesOf(deployment).DeleteAsync(file, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> FindFilesAsync(Deployment deployment, string fileName, CancellationToken cancellationToken) => FilesOf(deployment).FindAsync(fileName, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _runtime.Dispose();
        _control.Dispose();
    }

    private Ways Of(Deployment deployment) => _ways.TryGetValue(deployment, out Ways? ways) ? ways : _ways.GetValue(deployment, static one => new Ways(one));

    private JobFiles FilesOf(Deployment deployment) => _files.TryGetValue(deployment, out JobFiles? files) ? files : _files.GetValue(deployment, static one => new JobFiles(one));

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
