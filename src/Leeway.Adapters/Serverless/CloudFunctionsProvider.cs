using Leeway.Adapters.Credentials;
using Leeway.Adapters.Wire;
using Microsoft.Extensions.Logging;

namespace Leeway.Adapters.Serverless;

/// <summary>
/// A function or service on Google's serverless platform, called over HTTPS with an identity token for its address. A key, where one is
/// configured, goes instead of the token: for functions that are open and ask themselves.
/// </summary>
public sealed class CloudFunctionsProvider(TimeProvider clock, ILogger<CloudFunctionsProvider> logger) : WireProvider(KindOf(new GoogleCredentials()), clock, logger)
{
    private static WireKind KindOf(GoogleCredentials google) => ServerlessKind.Of(
        "cloud-functions",
        deployment => deployment.ApiKey is null ? google.IdentityTokens(deployment.Cloud.Credentials, deployment.Cloud.Credentials.Scope ?? Audience(deployment.BaseUrl)) : null);

    /// <summary>For whom a token is: the function's own address, without the API's version.</summary>
    internal static string Audience(Uri address)
    {
        string text = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return text.EndsWith("/v1", StringComparison.Ordinal) ? text[..^"/v1".Length] : text;
    }
}
