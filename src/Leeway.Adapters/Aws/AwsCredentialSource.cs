using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace Leeway.Adapters.Aws;

/// <summary>
/// Where the credential comes from: the configuration, or else AWS's own chain (environment, profile, web identity, container, instance),
/// whose temporary keys its library renews. Thread-safe.
/// </summary>
internal sealed class AwsCredentialSource
{
    private readonly AwsCredential? _configured;
    private readonly string _provider;
    private readonly Lazy<AWSCredentials> _chain;

    public AwsCredentialSource(CloudCredentials credentials, string provider)
        : this(credentials, provider, static () => DefaultAWSCredentialsIdentityResolver.GetCredentials())
    {
    }

    /// <param name="credentials">As configured.</param>
    /// <param name="provider">The name under <c>providers:</c>, for people.</param>
    /// <param name="chain">Finds what the configuration does not give.</param>
    public AwsCredentialSource(CloudCredentials credentials, string provider, Func<AWSCredentials> chain)
    {
        _provider = provider;
        _configured = credentials is { AccessKey: { } access, SecretKey: { } secret }
            ? new AwsCredential(access.Trim(), secret.Trim(), string.IsNullOrWhiteSpace(credentials.SessionToken) ? null : credentials.SessionToken.Trim())
            : null;

        // A chain that found nothing is asked again: a role may be attached to a running machine.
        _chain = new Lazy<AWSCredentials>(chain, LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>The credential to use now.</summary>
    /// <exception cref="ProviderException">There is none.</exception>
    public async ValueTask<AwsCredential> GetAsync(CancellationToken cancellationToken)
    {
        if (_configured is not null)
        {
            return _configured;
        }

        try
        {
            ImmutableCredentials found = await _chain.Value.GetCredentialsAsync().WaitAsync(cancellationToken);
            return new AwsCredential(found.AccessKey, found.SecretKey, string.IsNullOrEmpty(found.Token) ? null : found.Token);
        }
        catch (Exception e) when (e is AmazonClientException or InvalidOperationException or HttpRequestException or IOException)
        {
            throw new ProviderException(
                new ProviderError(
                    ProviderErrorKind.AuthenticationFailed,
                    $"Provider '{_provider}' has no AWS credential: set providers.{_provider}.credentials.access_key and secret_key, or give the process a profile or role ({e.Message})."),
                e);
        }
    }
}
