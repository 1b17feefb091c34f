using Google.Apis.Auth.OAuth2.Responses;

namespace Leeway.Adapters.Credentials;

/// <summary>Asks for a token and says what it means when none comes.</summary>
internal static class GoogleTokenCall
{
    public static async Task<string> AskAsync(Func<Task<string>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is TokenResponseException or InvalidOperationException)
        {
            throw Refused(ProviderErrorKind.AuthenticationFailed, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Refused(ProviderErrorKind.ConnectFailed, e);
        }
    }

    private static ProviderException Refused(ProviderErrorKind kind, Exception e) =>
        new(new ProviderError(kind, $"Google gave no token: {GoogleCredentials.FirstLine(e.Message)}"), e);
}
