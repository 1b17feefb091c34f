using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using Leeway.Adapters.Objects;
using Leeway.Gateway.Tests.Sdk;

namespace Leeway.Gateway.Tests.Objects;

public sealed class BlobObjectTests(AzuriteProcess azurite) : ObjectStoreTests, IClassFixture<AzuriteProcess>
{
    private static int s_containers;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected override async Task<IObjectStore> OpenAsync()
    {
        NodeScript.SkipWithoutNode();
        return ObjectStores.Open(await PlaceAsync(), With(new CloudCredentials { AccessKey = AzuriteProcess.Account, SecretKey = AzuriteProcess.Key }));
    }

    [Fact]
    public async Task A_shared_access_signature_opens_it_too()
    {
        NodeScript.SkipWithoutNode();
        ObjectLocation place = await PlaceAsync();
        string signature = Container(place).GenerateSasUri(BlobContainerSasPermissions.All, DateTimeOffset.MaxValue).Query;

        IObjectStore store = ObjectStores.Open(place, With(new CloudCredentials { SessionToken = signature }));
        await WriteAsync(store, "a", "x");

        Assert.Equal("x", await ReadAsync(store, "a"));
        Assert.DoesNotContain("sig=", store.AddressOf("a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_a_refused_credential()
    {
        NodeScript.SkipWithoutNode();
        IObjectStore store = ObjectStores.Open(await PlaceAsync(), With(new CloudCredentials { AccessKey = AzuriteProcess.Account, SecretKey = Convert.ToBase64String(new byte[64]) }));

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => WriteAsync(store, "a", "x"));

        Assert.Equal((ProviderErrorKind.AuthenticationFailed, 403), (e.Error.Kind, e.Error.StatusCode));
        Assert.DoesNotContain("\n", e.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_container_is_not_found()
    {
        NodeScript.SkipWithoutNode();
        var place = new ObjectLocation(new Uri("az://no-such-container/prefix"), azurite.Endpoint);
        IObjectStore store = ObjectStores.Open(place, With(new CloudCredentials { AccessKey = AzuriteProcess.Account, SecretKey = AzuriteProcess.Key }));

        ProviderException written = await Assert.ThrowsAsync<ProviderException>(() => WriteAsync(store, "a", "x"));
        ProviderException listed = await Assert.ThrowsAsync<ProviderException>(async () => await store.ListAsync("", Token).CountAsync(Token));

        Assert.Equal((ProviderErrorKind.NotFound, "ContainerNotFound"), (written.Error.Kind, written.Error.ProviderCode));
        Assert.Equal(ProviderErrorKind.NotFound, listed.Error.Kind);
    }

    [Fact]
    public void A_place_without_an_account_and_a_key_that_is_none_are_told()
    {
        var place = new ObjectLocation(new Uri("az://container/prefix"), null);

        ProviderException nowhere = Assert.Throws<ProviderException>(() => ObjectStores.Open(place, new CloudSettings()));
        ProviderException key = Assert.Throws<ProviderException>(() => ObjectStores.Open(place, With(new CloudCredentials { AccessKey = "account", SecretKey = "not base64!" })));

        Assert.Contains("storage.endpoint is missing", nowhere.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not base64!", key.Error.Message, StringComparison.Ordinal);
    }

    private static CloudSettings With(CloudCredentials credentials) => new() { Credentials = credentials };

    private static BlobContainerClient Container(ObjectLocation place) =>
        new(new Uri($"{place.Endpoint}/{place.Bucket}"), new StorageSharedKeyCredential(AzuriteProcess.Account, AzuriteProcess.Key));

    private async Task<ObjectLocation> PlaceAsync()
    {
        var place = new ObjectLocation(new Uri($"az://container-{Interlocked.Increment(ref s_containers)}/prefix"), azurite.Endpoint);
        await Container(place).CreateAsync(cancellationToken: Token);
        return place;
    }
}
