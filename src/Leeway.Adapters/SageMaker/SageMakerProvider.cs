using Leeway.Adapters.Aws;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.SageMaker;

/// <summary>
/// A SageMaker endpoint whose container takes OpenAI's chat bodies, as TGI, LMI and vLLM do. The model is the endpoint's name. Where a storage is
/// configured, calls that nobody waits for go through the endpoint's queue.
/// </summary>
public sealed class SageMakerProvider : IProvider, IDisposable
{
    private const string Whole = "/invocations";
    private const string Stream = "/invocations-response-stream";

    private readonly HostedChat _chat;

    /// <param name="clock">The clock behind signatures and translated answers.</param>
    public SageMakerProvider(TimeProvider clock)
    {
        var format = new WireFormat
        {
            Endpoints = new HashSet<string> { Whole, Stream, AsyncInference.Operation },
            PathOf = static (deployment, operation) => PathOf(deployment) + operation,
            Authorizer = deployment => SignatureAuthorizer.Of(deployment, "sagemaker", clock),
            RequestIdHeader = AwsErrors.RequestIdHeader,
            ErrorTypeHeader = AwsErrors.TypeHeader,
            KindOfError = AwsErrors.KindOf,
        };
        var queue = new AsyncInference(clock);
        _chat = new HostedChat(format, (Whole, Stream), Capabilities, unwrap: null, clock)
        {
            Deferred = (binding, call, content, cancellationToken) =>
                Capabilities.Queues(binding.Deployment, call) ? queue.SendAsync(binding, call, content, cancellationToken) : null,
        };
    }

    /// <inheritdoc/>
    public string Kind => "sagemaker";

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new()
    {
        Endpoints = HostedChat.Endpoints,
        TranslatedEndpoints = HostedChat.Translated,
        QueuesDeferredCalls = true,
    };

    /// <inheritdoc/>
    public Task<ProviderAnswer> SendAsync(Deployment deployment, ProviderCall call, CancellationToken cancellationToken) => _chat.SendAsync(deployment, call, cancellationToken);

    // There is nothing to look at that is free; a path that only takes POST still tells a wrong credential from a right one.
    /// <inheritdoc/>
    public Task<ProviderProbe> ProbeAsync(Deployment deployment, CancellationToken cancellationToken) => _chat.ProbeAsync(deployment, PathOf(deployment) + Whole, cancellationToken);

    /// <inheritdoc/>
    public FieldProblem? FindUncarried(Deployment deployment, string endpoint, ReadOnlySpan<byte> body) => _chat.FindUncarried(deployment, endpoint, body);

    /// <inheritdoc/>
    public ReportedUsage? ReadUsage(string endpoint, ReadOnlySpan<byte> json) => UsageReader.Read(json, Endpoints.DialectOf(endpoint));

    /// <inheritdoc/>
    public void Dispose() => _chat.Dispose();

    private static string PathOf(Deployment deployment) => $"/endpoints/{Uri.EscapeDataString(deployment.Model)}";
}
