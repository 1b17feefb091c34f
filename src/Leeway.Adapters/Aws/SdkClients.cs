using Amazon;
using Amazon.Runtime;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Aws;

/// <summary>What the clients of AWS's library have in common here: where they call, with which keys, and what their failures mean.</summary>
internal static class SdkClients
{
    private const string DefaultRegion = "us-east-1";

    /// <summary>Sets the address: an own one, or the public one of the region.</summary>
    public static void Address(ClientConfig config, Uri? endpoint, CloudSettings cloud)
    {
        string region = cloud.Region ?? DefaultRegion;
        config.MaxErrorRetry = 2;
        config.DisableLogging = true;
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
    }

    /// <summary>The configured keys; null leaves it to AWS's own chain.</summary>
    public static AWSCredentials? Keys(CloudCredentials credentials) => credentials is not { AccessKey: { } access, SecretKey: { } secret } ? null
        : credentials.SessionToken is { } token ? new SessionAWSCredentials(access.Trim(), secret.Trim(), token.Trim())
        : new BasicAWSCredentials(access.Trim(), secret.Trim());

    /// <summary>A failure of the library as ours; null for one that is nobody's but ours.</summary>
    /// <param name="e">The failure.</param>
    /// <param name="subject">What was called, for people.</param>
    public static ProviderException? Explain(Exception e, string subject)
    {
        string sentence = $"{subject}: {e.Message.Split('\n')[0].Trim()}";
        ProviderError? error = e switch
        {
            AmazonServiceException { StatusCode: > 0 } refused => new ProviderError(ErrorAnswers.Classify((int)refused.StatusCode, null, refused.ErrorCode), sentence)
            {
                StatusCode = (int)refused.StatusCode,
                ProviderCode = refused.ErrorCode,
            },
            AmazonServiceException => new ProviderError(ProviderErrorKind.ConnectFailed, sentence),
            AmazonClientException => new ProviderError(ProviderErrorKind.AuthenticationFailed, sentence),
            HttpRequestException => new ProviderError(ProviderErrorKind.ConnectFailed, sentence),
            IOException or OperationCanceledException => new ProviderError(ProviderErrorKind.StreamCut, sentence),
            _ => null,
        };
        return error is null ? null : new ProviderException(error, e);
    }
}
