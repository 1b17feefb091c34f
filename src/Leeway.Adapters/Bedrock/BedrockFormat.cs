using System.Collections.Frozen;
using Leeway.Adapters.Aws;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Bedrock;

/// <summary>Addresses, credentials and errors of Bedrock.</summary>
internal static class BedrockFormat
{
    private static readonly FrozenSet<string> s_operations = [Operation.Converse, Operation.ConverseStream, Operation.Invoke, Operation.InvokeStream];

    /// <summary>The runtime, which answers.</summary>
    public static WireFormat Runtime(TimeProvider clock) => new()
    {
        Dialect = Dialect.Anthropic,
        Endpoints = s_operations,
        PathOf = static (deployment, operation) => $"/model/{Uri.EscapeDataString(deployment.Model)}{operation}",

        // A key is a Bedrock API key and goes as it is; otherwise requests are signed.
        Authorizer = deployment => SignatureAuthorizer.Of(deployment, "bedrock", clock),
        RequestIdHeader = AwsErrors.RequestIdHeader,
        InputTokensHeader = "x-amzn-bedrock-input-token-count",
        ErrorTypeHeader = AwsErrors.TypeHeader,
        KindOfError = AwsErrors.KindOf,
        ErrorsLeaveOutModel = true,
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
}
