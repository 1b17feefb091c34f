using Amazon.Runtime;
using Amazon.S3;
using Leeway.Adapters.Objects;
using Leeway.Gateway.Tests.Sdk;

namespace Leeway.Gateway.Tests.Objects;

/// <summary>S3's protocol, as a third party's fake speaks it.</summary>
public sealed class S3ObjectTests(FauxqsProcess fauxqs) : ObjectStoreTests, IClassFixture<FauxqsProcess>
{
    private static readonly CloudSettings s_cloud = new() { Region = "eu-central-1", Credentials = new CloudCredentials { AccessKey = "test", SecretKey = "test" } };
    private static int s_buckets;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected override async Task<IObjectStore> OpenAsync()
    {
        NodeScript.SkipWithoutNode();
        return ObjectStores.Open(await PlaceAsync(), s_cloud);
    }

    [Fact]
    public async Task An_address_is_as_aws_s_services_take_it() => Assert.Matches("^s3://bucket-[0-9]+/prefix/a/b.jsonl$", (await OpenAsync()).AddressOf("a/b.jsonl"));

    [Fact]
    public async Task Listings_go_over_as_many_pages_as_there_are()
    {
        IObjectStore store = await OpenAsync();
        string[] keys = [.. Enumerable.Range(0, 1003).Select(static i => $"many/{i:D4}")];
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, async (key, _) => await WriteAsync(store, key, "x"));

        Assert.Equal(keys, await store.ListAsync("many/", Token).Select(static item => item.Key).ToArrayAsync(Token));
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_no_parts_to_pay_for()
    {
        NodeScript.SkipWithoutNode();
        ObjectLocation place = await PlaceAsync();
        IObjectStore store = ObjectStores.Open(place, s_cloud);

        await Assert.ThrowsAsync<IOException>(() => store.WriteAsync("long", "text/plain", static async (writer, token) =>
        {
            for (int i = 0; i < 300; i++)
            {
                await writer.WriteAsync(new byte[65536], token);
            }

            throw new IOException("the source");
        }, Token));

        using AmazonS3Client client = Client();
        Assert.Empty((await client.ListMultipartUploadsAsync(place.Bucket, Token)).MultipartUploads ?? []);
    }

    [Fact]
    public async Task A_missing_bucket_is_not_found_even_where_nothing_is_to_be_deleted()
    {
        NodeScript.SkipWithoutNode();
        IObjectStore store = ObjectStores.Open(new ObjectLocation(new Uri("s3://no-such-bucket/prefix"), fauxqs.Endpoint), s_cloud);

        ProviderException written = await Assert.ThrowsAsync<ProviderException>(() => WriteAsync(store, "a", "x"));
        ProviderException listed = await Assert.ThrowsAsync<ProviderException>(async () => await store.ListAsync("", Token).CountAsync(Token));

        Assert.Equal((ProviderErrorKind.NotFound, "NoSuchBucket"), (written.Error.Kind, written.Error.ProviderCode));
        Assert.Equal(ProviderErrorKind.NotFound, listed.Error.Kind);
        Assert.Contains("no-such-bucket", written.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_could_not_be_reached()
    {
        IObjectStore store = ObjectStores.Open(new ObjectLocation(new Uri("s3://bucket/prefix"), new Uri("http://127.0.0.1:1")), s_cloud);

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => store.OpenAsync("a", Token));

        Assert.Equal(ProviderErrorKind.ConnectFailed, e.Error.Kind);
    }

    private AmazonS3Client Client() => new(
        new BasicAWSCredentials("test", "test"), new AmazonS3Config { ServiceURL = fauxqs.Endpoint!.AbsoluteUri, ForcePathStyle = true, AuthenticationRegion = "eu-central-1" });

    private async Task<ObjectLocation> PlaceAsync()
    {
        var place = new ObjectLocation(new Uri($"s3://bucket-{Interlocked.Increment(ref s_buckets)}/prefix"), fauxqs.Endpoint);
        using AmazonS3Client client = Client();
        await client.PutBucketAsync(place.Bucket, Token);
        return place;
    }
}
