using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace Leeway.Adapters.Credentials;

/// <summary>
/// Who asks Entra for tokens: an application with its secret where the configuration has one, else the chain of Azure's own library
/// (environment, workload identity, managed identity, developer tools). The authority is the public cloud's or <c>AZURE_AUTHORITY_HOST</c>'s.
/// </summary>
internal static class EntraCredential
{
    public static TokenCredential Create(CloudCredentials credentials) => Create(credentials, transport: null);

    /// <param name="credentials">As configured.</param>
    /// <param name="transport">Carries the calls to the authority; null for the library's own.</param>
    public static TokenCredential Create(CloudCredentials credentials, HttpPipelineTransport? transport)
    {
        if (credentials is { Tenant: { } tenant, ClientId: { } client, ClientSecret: { } secret })
        {
            var options = new ClientSecretCredentialOptions();
            options.Transport = transport ?? options.Transport;
            return new ClientSecretCredential(tenant, client, secret, options);
        }

        var chain = new DefaultAzureCredentialOptions();
        chain.Transport = transport ?? chain.Transport;
        if (credentials.Tenant is { } home)
        {
            chain.TenantId = home;
        }

        if (credentials.ClientId is { } identity)
        {
            chain.ManagedIdentityClientId = identity;
            chain.WorkloadIdentityClientId = identity;
        }

        return new DefaultAzureCredential(chain);
    }
}
