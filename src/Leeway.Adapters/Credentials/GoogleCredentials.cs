using System.Collections.Concurrent;
using System.Text.Json;
using Google.Apis.Auth.OAuth2;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Credentials;

/// <summary>
/// Who asks Google for tokens: the credentials file that the configuration holds, else the default chain of Google's own library
/// (<c>GOOGLE_APPLICATION_CREDENTIALS</c>, gcloud's file, the metadata server). One credential per file, since each keeps its tokens and
/// renews them before they end.
/// </summary>
internal sealed class GoogleCredentials
{
    private const string CloudPlatform = "https://www.googleapis.com/auth/cloud-platform";

    /// <summary>Those of the process: whoever calls Google with the same file shares its tokens.</summary>
    public static GoogleCredentials Shared { get; } = new();

    private readonly ConcurrentDictionary<string, Task<GoogleCredential>> _byFile = new(StringComparer.Ordinal);

    /// <summary>Puts access tokens for Google Cloud's APIs on requests.</summary>
    public IRequestAuthorizer AccessTokens(CloudCredentials credentials) => new GoogleAccessToken(() => FindAsync(credentials));

    /// <summary>Puts identity tokens on requests, for functions and services that ask who calls.</summary>
    /// <param name="credentials">As configured.</param>
    /// <param name="audience">For whom the token is: the address of the function or service.</param>
    public IRequestAuthorizer IdentityTokens(CloudCredentials credentials, string audience) => new GoogleIdentityToken(() => FindAsync(credentials), audience);

    /// <summary>
    /// The same for a server of the operator's choice: one without TLS, such as an emulator, gets a token only where the configuration holds the
    /// credentials for it. The machine's own would be read by everybody on the way.
    /// </summary>
    public IRequestAuthorizer? AccessTokensFor(Uri server, CloudCredentials credentials) =>
        server.Scheme == Uri.UriSchemeHttps || credentials.Json is not null ? AccessTokens(credentials) : null;

    private async Task<GoogleCredential> FindAsync(CloudCredentials credentials)
    {
        string file = credentials.Json ?? "";
        Task<GoogleCredential> finding = _byFile.GetOrAdd(file, LoadAsync);
        try
        {
            return await finding;
        }
        catch (Exception e)
        {
            // What is not there now may be there when it is asked for again.
            _byFile.TryRemove(KeyValuePair.Create(file, finding));
            throw new ProviderException(new ProviderError(ProviderErrorKind.AuthenticationFailed, $"There are no credentials for Google Cloud: {FirstLine(e.Message)}"), e);
        }
    }

    private static async Task<GoogleCredential> LoadAsync(string file)
    {
        GoogleCredential credential = file.Length == 0
            ? await GoogleCredential.GetApplicationDefaultAsync()
            : CredentialFactory.FromJson(file, TypeOf(file));
        return credential.IsCreateScopedRequired ? credential.CreateScoped(CloudPlatform) : credential;
    }

    private static string TypeOf(string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(file);
            return document.RootElement.Word("type") ?? throw new FormatException("credentials.json has no member 'type'");
        }
        catch (JsonException e)
        {
            // The parser's message may repeat a piece of the text, which is secret.
            throw new FormatException($"credentials.json is not JSON (line {e.LineNumber + 1})");
        }
    }

    public static string FirstLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? text[..end] : text;
}
