using System.Net.Http.Headers;
using Google.Apis.Auth.OAuth2;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Credentials;

/// <summary>Puts an identity token of Google's on each request: a signed statement of who calls, meant for <paramref name="audience"/>.</summary>
internal sealed class GoogleIdentityToken(Func<Task<GoogleCredential>> find, string audience) : IRequestAuthorizer
{
    private OidcToken? _token;

    public async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        GoogleCredential credential = await find();
        string token = await GoogleTokenCall.AskAsync(
            async () =>
            {
                // It holds the token and renews it; of two made at once either will do.
                OidcToken kept = _token ??= await credential.GetOidcTokenAsync(OidcTokenOptions.FromTargetAudience(audience), cancellationToken);
                return await kept.GetAccessTokenAsync(cancellationToken);
            },
            cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }
}
