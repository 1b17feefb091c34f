using Leeway.Adapters.Aws;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Lambda;

/// <summary>A Lambda function that takes OpenAI's chat body as its event and answers the completion. The model is the function's name or ARN, with a qualifier behind a colon.</summary>
public sealed class LambdaProvider : IProvider, IDisposable
{
    private const string Whole = "/invocations";
    private const string Stream = "/response-streaming-invocations";
    private const string ErrorHeader = "X-Amz-Function-Error";

    private readonly HostedChat _chat;

    /// <param name="clock">The clock behind signatures and translated answers.</param>
    public LambdaProvider(TimeProvider clock)
    {
        var format = new WireFormat
        {
            Endpoints = new HashSet<string> { Whole, Stream },
            PathOf = static (deployment, operation) => PathOf(deployment, operation),
            Headers = [KeyValuePair.Create("X-Amz-Invocation-Type", "RequestResponse")],
            Authorizer = deployment => SignatureAuthorizer.Of(deployment, "lambda", clock),
            RequestIdHeader = AwsErrors.RequestIdHeader,
            ErrorTypeHeader = AwsErrors.TypeHeader,

            // A function that failed is answered with 200; only the header tells.
            FailureHeader = ErrorHeader,
            KindOfError = FunctionErrors.KindOf,
        };
        _chat = new HostedChat(format, (Whole, Stream), Capabilities, FunctionAnswer.Read, clock);
    }

    /// <inheritdoc/>
    public string Kind => "lambda";

    /// <inheritdoc/>
    public ProviderCapabilities Capabilities { get; } = new() { Endpoints = HostedChat.Endpoints, TranslatedEndpoints = HostedChat.Translated, ScalesToZero = true };

    /// <inheritdoc/>
    public Task<ProviderAnswer> SendAsync(Deployment deployment, ProviderCall call, CancellationToken cancellationToken) => _chat.SendAsync(deployment, call, cancellationToken);

    // Asking for the function's settings costs nothing and does not start it.
    /// <inheritdoc/>
    public Task<ProviderProbe> ProbeAsync(Deployment deployment, CancellationToken cancellationToken) => _chat.ProbeAsync(deployment, PathOf(deployment, ""), cancellationToken);

    /// <inheritdoc/>
    public FieldProblem? FindUncarried(Deployment deployment, string endpoint, ReadOnlySpan<byte> body) => _chat.FindUncarried(deployment, endpoint, body);

    /// <inheritdoc/>
    public ReportedUsage? ReadUsage(string endpoint, ReadOnlySpan<byte> json) => UsageReader.Read(json, Endpoints.DialectOf(endpoint));

    /// <inheritdoc/>
    public void Dispose() => _chat.Dispose();

    private static string PathOf(Deployment deployment, string operation) =>
        $"/{(operation == Stream ? "2021-11-15" : "2015-03-31")}/functions/{Uri.EscapeDataString(deployment.Model)}{operation}";
}
