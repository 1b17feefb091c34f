using System.Net.Http.Headers;
using Azure.Core;
using Azure.Identity;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Credentials;

/// <summary>
/// Puts a token of Entra's on each request. A token is kept until shortly before it ends, since some of the library's credentials start a
/// process or call out each time they are asked; callers who need a new one at the same time wait for the same.
/// </summary>
internal sealed class EntraAuthorizer(TokenCredential credential, string scope, TimeProvider clock) : IRequestAuthorizer
{
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private Held? _held;
    private Task<Held>? _asking;

    /// <inheritdoc/>
    public async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Held held = _held is { } known && clock.GetUtcNow() < known.RenewAt ? known : await RenewAsync(cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", held.Token);
    }

    private async Task<Held> RenewAsync(CancellationToken cancellationToken)
    {
        Task<Held> asking;
        lock (_lock)
        {
            // Whoever asks goes on asking when the caller that came first leaves.
            asking = _asking is { IsCompleted: false } running ? running : _asking = AskAsync();
        }

        try
        {
            return await asking.WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is AuthenticationFailedException or InvalidOperationException)
        {
            // An early renewal that fails leaves a token that is still good.
            return _held is { } old && clock.GetUtcNow() < old.EndsAt
                ? old
                : throw new ProviderException(new ProviderError(ProviderErrorKind.AuthenticationFailed, $"Entra gave no token: {FirstLine(e.Message)}"), e);
        }
    }

    private async Task<Held> AskAsync()
    {
        AccessToken token = await credential.GetTokenAsync(new TokenRequestContext([scope]), CancellationToken.None);
        DateTimeOffset early = token.ExpiresOn - s_margin;
        return _held = new Held(token.Token, token.RefreshOn is { } refresh && refresh < early ? refresh : early, token.ExpiresOn);
    }

    private static string FirstLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? text[..end] : text;

    private sealed record Held(string Token, DateTimeOffset RenewAt, DateTimeOffset EndsAt);
}
