using System.Collections.Frozen;
using System.Text.Json;
using Leeway.Adapters.Aws;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Bedrock;

/// <summary>Addresses, credentials and errors of Bedrock.</summary>
internal static class BedrockFormat
{
    // The region where the address names none and the configuration neither, as AWS's tools have it.
    private const string DefaultRegion = "us-east-1";

    private static readonly FrozenSet<string> s_operations = [Operation.Converse, Operation.ConverseStream, Operation.Invoke, Operation.InvokeStream];

    /// <summary>The runtime, which answers.</summary>
    public static WireFormat Runtime(TimeProvider clock) => new()
    {
        Dialect = Dialect.Anthropic,
        Endpoints = s_operations,
        PathOf = static (deployment, operation) => $"/model/{Uri.EscapeDataString(deployment.Model)}{operation}",
        Authorizer = deployment => Authorizer(deployment, clock),
        RequestIdHeader = "x-amzn-RequestId",
        InputTokensHeader = "x-amzn-bedrock-input-token-count",
        ErrorTypeHeader = "x-amzn-ErrorType",
        KindOfError = KindOf,
    };

    /// <summary>The control plane, which has batches: another host at AWS, the same one where a server of one's own does both.</summary>
    public static WireFormat Control(TimeProvider clock) => Runtime(clock) with
    {
        Endpoints = FrozenSet<string>.Empty,
        Base = static deployment => ControlOf(deployment.BaseUrl),
    };

    private static string ControlOf(Uri runtime)
    {
        const string Name = "bedrock-runtime";
        string text = runtime.AbsoluteUri.TrimEnd('/');
        return runtime.Host.StartsWith(Name, StringComparison.Ordinal) ? text.Replace("://" + Name, "://bedrock", StringComparison.Ordinal) : text;
    }

    /// <summary>A key is a Bedrock API key and goes as it is; otherwise requests are signed.</summary>
    private static SignatureAuthorizer? Authorizer(Deployment deployment, TimeProvider clock) => string.IsNullOrWhiteSpace(deployment.ApiKey)
        ? new SignatureAuthorizer(new AwsCredentialSource(deployment.Cloud.Credentials, deployment.Provider), deployment.Cloud.Region ?? DefaultRegion, "bedrock", clock)
        : null;

    /// <summary>What AWS's error types mean where their status alone does not say.</summary>
    private static ProviderErrorKind? KindOf(int status, ErrorText text, ReadOnlyMemory<byte> body) => text.Type switch
    {
        "ThrottlingException" => ProviderErrorKind.RateLimited,
        "ModelNotReadyException" => ProviderErrorKind.Overloaded,
        "ServiceQuotaExceededException" => ProviderErrorKind.QuotaExhausted,
        "ModelErrorException" or "ModelStreamErrorException" => OfModel(body),
        "ValidationException" when text.Message?.Contains("model identifier is invalid", StringComparison.Ordinal) == true => ProviderErrorKind.NotFound,
        _ => status == 424 ? OfModel(body) : null,
    };

    /// <summary>An error of the model's own carries the status that the model answered.</summary>
    private static ProviderErrorKind OfModel(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.Count("originalStatusCode") is { } original and >= 400 and not 424 ? ErrorAnswers.Classify(original, null, null) : ProviderErrorKind.ServerError;
        }
        catch (JsonException)
        {
            return ProviderErrorKind.ServerError;
        }
    }
}
