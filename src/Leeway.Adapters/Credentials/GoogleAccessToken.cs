using System.Net.Http.Headers;
using Google.Apis.Auth.OAuth2;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Credentials;

/// <summary>Puts an access token of Google's on each request. The library keeps it and renews it in time.</summary>
internal sealed class GoogleAccessToken(Func<Task<GoogleCredential>> find) : IRequestAuthorizer
{
    public async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        GoogleCredential credential = await find();
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            await GoogleTokenCall.AskAsync(() => ((ITokenAccess)credential).GetAccessTokenForRequestAsync(cancellationToken: cancellationToken), cancellationToken));
    }
}
