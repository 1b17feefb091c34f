using System.Security.Cryptography;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Aws;

/// <summary>Signs requests to one AWS service in one region.</summary>
internal sealed class SignatureAuthorizer(AwsCredentialSource credentials, string region, string service, TimeProvider clock) : IRequestAuthorizer
{
    // The region where the configuration names none, as AWS's tools have it.
    private const string DefaultRegion = "us-east-1";

    /// <summary>Signs for a deployment; null where a key is configured, which goes as it is.</summary>
    public static SignatureAuthorizer? Of(Deployment deployment, string service, TimeProvider clock) => string.IsNullOrWhiteSpace(deployment.ApiKey)
        ? new SignatureAuthorizer(new AwsCredentialSource(deployment.Cloud.Credentials, deployment.Provider), deployment.Cloud.Region ?? DefaultRegion, service, clock)
        : null;

    public async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        AwsCredential credential = await credentials.GetAsync(cancellationToken);
        string hash = await HashAsync(request.Content, cancellationToken);
        var scope = new SigningScope(clock.GetUtcNow(), region, service);
        Uri uri = request.RequestUri!;
        List<KeyValuePair<string, string>> signed =
        [
            KeyValuePair.Create("host", uri.IsDefaultPort ? uri.IdnHost : $"{uri.IdnHost}:{uri.Port}"),
            KeyValuePair.Create("x-amz-date", scope.Instant),
        ];
        if (credential.SessionToken is { } token)
        {
            signed.Add(KeyValuePair.Create("x-amz-security-token", token));
        }

        // A retry signs anew: what an earlier attempt put there would be stale.
        foreach ((string name, string value) in signed.Skip(1))
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (request.Content?.Headers.NonValidated.TryGetValues("Content-Type", out System.Net.Http.Headers.HeaderStringValues types) == true)
        {
            signed.Add(KeyValuePair.Create("content-type", types.ToString()));
        }

        CanonicalRequest text = CanonicalRequest.Create(request.Method.Method, uri.AbsolutePath, uri.Query.TrimStart('?'), signed, hash);
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("Authorization", Signature.Authorize(text, credential, scope));
    }

    /// <summary>Content is hashed as it would be sent, piece by piece; each of ours can be written twice.</summary>
    private static async Task<string> HashAsync(HttpContent? content, CancellationToken cancellationToken)
    {
        if (content is null)
        {
            return Signature.EmptyHash;
        }

        using var hash = SHA256.Create();
        await using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
        {
            await content.CopyToAsync(stream, cancellationToken);
            await stream.FlushFinalBlockAsync(cancellationToken);
        }

        return Convert.ToHexStringLower(hash.Hash!);
    }
}
