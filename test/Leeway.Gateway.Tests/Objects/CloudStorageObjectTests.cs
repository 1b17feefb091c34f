using System.Security.Cryptography;
using System.Text.Json;
using Leeway.Adapters.Objects;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Objects;

/// <summary>Google Cloud Storage as the sandbox has it, with tokens by Google's library.</summary>
public sealed class CloudStorageObjectTests : ObjectStoreTests, IAsyncLifetime
{
    private SandboxServer _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Law = "instant" }, TimeProvider.System);

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    private protected override Task<IObjectStore> OpenAsync()
    {
        using var key = RSA.Create(2048);
        string file = JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["type"] = "service_account",
            ["private_key"] = key.ExportPkcs8PrivateKeyPem(),
            ["client_email"] = "leeway@p1.iam.gserviceaccount.com",
            ["token_uri"] = new Uri(_sandbox.BaseUri, "/token").AbsoluteUri,
        });
        return Task.FromResult(ObjectStores.Open(new ObjectLocation(new Uri("gs://bucket/prefix"), _sandbox.BaseUri), new CloudSettings { Credentials = new CloudCredentials { Json = file } }));
    }

    [Fact]
    public async Task Without_a_credential_it_is_refused()
    {
        IObjectStore store = ObjectStores.Open(new ObjectLocation(new Uri("gs://bucket/prefix"), _sandbox.BaseUri), new CloudSettings());

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => WriteAsync(store, "a", "x"));

        Assert.Equal((ProviderErrorKind.AuthenticationFailed, 401), (e.Error.Kind, e.Error.StatusCode));
    }
}
