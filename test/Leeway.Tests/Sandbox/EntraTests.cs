using System.Net.Http.Headers;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace Leeway.Tests.Sandbox;

/// <summary>Azure's own identity library as the caller. It speaks to https authorities only, so a handler carries its calls to the sandbox.</summary>
public sealed class EntraTests
{
    private static readonly TokenRequestContext s_request = new(["https://cognitiveservices.azure.com/.default"]);

    [Fact]
    public async Task A_client_secret_credential_gets_a_token_that_azure_takes()
    {
        await using var azure = await AzureClient.StartAsync();
        using var http = new HttpClient(new ToSandbox(azure.Sandbox.Server.BaseUri));
        var credential = new ClientSecretCredential("contoso", "client", "secret", new ClientSecretCredentialOptions
        {
            AuthorityHost = new Uri("https://login.sandbox.test/"),
            DisableInstanceDiscovery = true,
            Transport = new HttpClientTransport(http),
        });

        var token = await credential.GetTokenAsync(s_request, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = azure.Sandbox.Server.BaseUri };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        using var answer = await client.GetAsync("/openai/models?" + AzureClient.Version);

        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task The_library_refuses_an_authority_without_tls()
    {
        await using var azure = await AzureClient.StartAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await new ClientSecretCredential("contoso", "client", "secret", new ClientSecretCredentialOptions { AuthorityHost = azure.Sandbox.Server.BaseUri })
                .GetTokenAsync(s_request, CancellationToken.None));
    }

    private sealed class ToSandbox(Uri sandbox) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(sandbox, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
