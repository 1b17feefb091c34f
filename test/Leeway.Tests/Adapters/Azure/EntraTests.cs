using System.Net;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Leeway.Adapters.Azure;
using Leeway.Adapters.Credentials;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Adapters.Azure;

public sealed class EntraTests
{
    private static readonly CloudCredentials s_application = new() { Entra = true, Tenant = "11111111-1111-1111-1111-111111111111", ClientId = "client", ClientSecret = "s3cret" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_carries_a_token_of_the_authority_and_no_key()
    {
        var authority = new Authority();
        await using AdapterBench bench = await AzureCallTests.StartAsync();
        using var provider = new AzureProvider(bench.Clock, NullLogger<AzureProvider>.Instance, credentials => EntraCredential.Create(credentials, authority.Transport));
        Deployment deployment = bench.Deployment with { Cloud = new CloudSettings { Credentials = s_application } };
        bench.Server.Then(200, "{}").Then(200, "{}");

        using ProviderAnswer first = await provider.SendAsync(deployment, AdapterBench.Call("""{"model":"x","messages":[]}"""), Token);
        using ProviderAnswer second = await provider.SendAsync(deployment, AdapterBench.Call("""{"model":"x","messages":[]}"""), Token);

        Assert.Equal(["Bearer token-1", "Bearer token-1"], bench.Server.Received.Select(static r => r.Headers["Authorization"]));
        Assert.All(bench.Server.Received, static r => Assert.False(r.Headers.ContainsKey("api-key")));
        string form = Assert.Single(authority.Forms);
        Assert.Contains("grant_type=client_credentials", form, StringComparison.Ordinal);
        Assert.Contains("scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default", form, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_of_the_authority_is_one_of_the_credential_and_does_not_tell_it()
    {
        var authority = new Authority { Refuses = true };
        await using AdapterBench bench = await AzureCallTests.StartAsync();
        using var provider = new AzureProvider(bench.Clock, NullLogger<AzureProvider>.Instance, credentials => EntraCredential.Create(credentials, authority.Transport));
        Deployment deployment = bench.Deployment with { Cloud = new CloudSettings { Credentials = s_application } };

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => provider.SendAsync(deployment, AdapterBench.Call("""{"model":"x","messages":[]}"""), Token));

        Assert.Equal(ProviderErrorKind.AuthenticationFailed, e.Error.Kind);
        Assert.Contains("Entra gave no token", e.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", e.Error.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Server.Received);
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_ends_and_asked_for_once_at_a_time()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        var credential = new CountingCredential(clock);
        var authorizer = new EntraAuthorizer(credential, "scope", clock);

        string?[] together = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AskAsync(authorizer)));
        clock.Advance(TimeSpan.FromMinutes(54));
        string? still = await AskAsync(authorizer);
        clock.Advance(TimeSpan.FromMinutes(2));
        string? renewed = await AskAsync(authorizer);
        credential.Fails = true;
        clock.Advance(TimeSpan.FromMinutes(57));
        string? late = await AskAsync(authorizer);
        clock.Advance(TimeSpan.FromMinutes(10));

        Assert.All(together, static token => Assert.Equal("token-1", token));
        Assert.Equal(("token-1", "token-2", "token-2"), (still, renewed, late));
        await Assert.ThrowsAsync<ProviderException>(() => AskAsync(authorizer));
    }

    private static async Task<string?> AskAsync(EntraAuthorizer authorizer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://localhost/");
        await authorizer.AuthorizeAsync(request, Token);
        return request.Headers.Authorization!.Parameter;
    }

    private sealed class CountingCredential(TimeProvider clock) : TokenCredential
    {
        private int _asked;

        public bool Fails { get; set; }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return Fails
                ? throw new global::Azure.Identity.AuthenticationFailedException("no route")
                : new AccessToken($"token-{Interlocked.Increment(ref _asked)}", clock.GetUtcNow() + TimeSpan.FromHours(1));
        }
    }

    /// <summary>Answers as Entra's token endpoint and its discovery do.</summary>
    private sealed class Authority : HttpMessageHandler
    {
        private int _tokens;

        public bool Refuses { get; init; }

        public List<string> Forms { get; } = [];

        public HttpPipelineTransport Transport => new HttpClientTransport(this);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string path = request.RequestUri!.AbsolutePath;
            if (path.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal))
            {
                Forms.Add(await request.Content!.ReadAsStringAsync(cancellationToken));
                return Refuses
                    ? Json(HttpStatusCode.Unauthorized, """{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided."}""")
                    : Json(HttpStatusCode.OK, $$"""{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"token-{{Interlocked.Increment(ref _tokens)}}"}""");
            }

            string tenant = $"https://{request.RequestUri.Host}/{s_application.Tenant}";
            return Json(HttpStatusCode.OK, path.Contains("discovery/instance", StringComparison.Ordinal)
                ? $$"""{"tenant_discovery_endpoint":"{{tenant}}/v2.0/.well-known/openid-configuration","api-version":"1.1","metadata":[{"preferred_network":"login.microsoftonline.com","preferred_cache":"login.windows.net","aliases":["login.microsoftonline.com","login.windows.net"]}]}"""
                : $$"""{"token_endpoint":"{{tenant}}/oauth2/v2.0/token","authorization_endpoint":"{{tenant}}/oauth2/v2.0/authorize","issuer":"{{tenant}}/v2.0"}""");
        }

        private static HttpResponseMessage Json(HttpStatusCode status, string body) =>
            new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
    }
}
