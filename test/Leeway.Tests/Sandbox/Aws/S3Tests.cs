using System.Net;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;

namespace Leeway.Tests.Sandbox.Aws;

/// <summary>S3 by AWS's own client.</summary>
public sealed class S3Tests
{
    private const string Bucket = "sandbox";

    [Fact]
    public async Task Object_comes_back_byte_for_byte_with_its_headers_under_an_awkward_key()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using AmazonS3Client s3 = caller.S3();
        const string key = "a folder/é+&= 100%/x..jsonl";
        byte[] bytes = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31))];
        var put = new PutObjectRequest { BucketName = Bucket, Key = key, InputStream = new MemoryStream(bytes), ContentType = "application/x-jsonl" };
        put.Metadata["trace"] = "t-1";
        PutObjectResponse stored = await s3.PutObjectAsync(put);
        Assert.NotNull(stored.ChecksumCRC32);

        using GetObjectResponse found = await s3.GetObjectAsync(Bucket, key);
        using var read = new MemoryStream();
        await found.ResponseStream.CopyToAsync(read);
        Assert.Equal(bytes, read.ToArray());
        Assert.Equal(("application/x-jsonl", "t-1", stored.ETag), (found.Headers.ContentType, found.Metadata["trace"], found.ETag));
        Assert.Equal(key, (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket })).S3Objects.Single().Key);
    }

    [Fact]
    public async Task Transfer_in_parts_is_one_object()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using AmazonS3Client s3 = caller.S3();
        byte[] bytes = [.. Enumerable.Range(0, 12 * 1024 * 1024).Select(i => (byte)(i >> 7))];
        using var transfer = new TransferUtility(s3, new TransferUtilityConfig { MinSizeBeforePartUpload = 5 * 1024 * 1024 });
        await transfer.UploadAsync(new TransferUtilityUploadRequest { BucketName = Bucket, Key = "big", InputStream = new MemoryStream(bytes), PartSize = 5 * 1024 * 1024 });

        GetObjectMetadataResponse head = await s3.GetObjectMetadataAsync(Bucket, "big");
        Assert.Equal(bytes.Length, head.ContentLength);
        Assert.EndsWith("-3\"", head.ETag, StringComparison.Ordinal);
        using GetObjectResponse found = await s3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = "big", ByteRange = new Amazon.S3.Model.ByteRange(5 * 1024 * 1024 - 2, 5 * 1024 * 1024 + 1) });
        using var read = new MemoryStream();
        await found.ResponseStream.CopyToAsync(read);
        Assert.Equal(bytes[(5 * 1024 * 1024 - 2)..(5 * 1024 * 1024 + 2)], read.ToArray());
        Assert.Equal(HttpStatusCode.PartialContent, found.HttpStatusCode);
    }

    [Fact]
    public async Task Presigned_addresses_read_and_write_without_credentials()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using AmazonS3Client s3 = caller.S3();
        string Address(HttpVerb verb) => s3.GetPreSignedURL(new GetPreSignedUrlRequest
        {
            BucketName = Bucket,
            Key = "v1/models",
            Verb = verb,
            Expires = DateTime.UtcNow.AddMinutes(10),
            Protocol = Protocol.HTTP,
        });
        using HttpResponseMessage put = await caller.Http.PutAsync(Address(HttpVerb.PUT), new ByteArrayContent("hello"u8.ToArray()));
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);

        Assert.Equal("hello", await caller.Http.GetStringAsync(Address(HttpVerb.GET)));
        using HttpResponseMessage tampered = await caller.Http.GetAsync(Address(HttpVerb.GET).Replace("v1/models", "v1/other", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Forbidden, tampered.StatusCode);
        Assert.Contains("<Code>SignatureDoesNotMatch</Code>", await tampered.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listing_is_in_the_order_of_bytes_and_goes_on_from_page_to_page()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using AmazonS3Client s3 = caller.S3();
        string[] keys = ["Z", "a/1", "a/2", "b", "é", "\U0001F600", "ﬀ"];
        foreach (string key in keys)
        {
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = key });
        }

        List<string> found = [];
        var request = new ListObjectsV2Request { BucketName = Bucket, MaxKeys = 2 };
        ListObjectsV2Response page;
        do
        {
            page = await s3.ListObjectsV2Async(request);
            found.AddRange(page.S3Objects.Select(one => one.Key));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
        Assert.Equal(keys.OrderBy(key => Convert.ToHexString(Encoding.UTF8.GetBytes(key)), StringComparer.Ordinal), found);

        ListObjectsV2Response folders = await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Delimiter = "/" });
        Assert.Equal(["a/"], folders.CommonPrefixes);
        Assert.Equal(5, folders.S3Objects.Count);
    }

    [Fact]
    public async Task What_is_wrong_is_told_by_S3s_codes()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using AmazonS3Client s3 = caller.S3();
        Assert.Equal("NoSuchKey", (await Assert.ThrowsAsync<NoSuchKeyException>(() => s3.GetObjectAsync(Bucket, "never"))).ErrorCode);
        Assert.Equal("NoSuchBucket", (await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => s3.GetObjectAsync("nowhere", "x"))).ErrorCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => s3.GetObjectMetadataAsync(Bucket, "never"))).StatusCode);
        using AmazonS3Client stranger = caller.As("sandbox", "other").S3();
        Assert.Equal("SignatureDoesNotMatch", (await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => stranger.GetObjectAsync(Bucket, "never"))).ErrorCode);
        using AmazonS3Client unknown = caller.As("other", "other").S3();
        Assert.Equal("InvalidAccessKeyId", (await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => unknown.GetObjectAsync(Bucket, "never"))).ErrorCode);

        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "once", ContentBody = "1", IfNoneMatch = "*" });
        Assert.Equal("PreconditionFailed", (await Assert.ThrowsAnyAsync<AmazonS3Exception>(() =>
            s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "once", ContentBody = "2", IfNoneMatch = "*" }))).ErrorCode);
        Assert.Equal("BucketNotEmpty", (await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => s3.DeleteBucketAsync(Bucket))).ErrorCode);
    }

    [Fact]
    public async Task Buckets_and_objects_come_and_go()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using AmazonS3Client s3 = caller.S3();
        await s3.PutBucketAsync("another-one");
        Assert.Equal(["another-one", Bucket], (await s3.ListBucketsAsync()).Buckets.Select(bucket => bucket.BucketName));
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "another-one", Key = "x", ContentBody = "1" });
        await s3.DeleteObjectAsync("another-one", "x");
        await s3.DeleteBucketAsync("another-one");
        Assert.Equal([Bucket], (await s3.ListBucketsAsync()).Buckets.Select(bucket => bucket.BucketName));

        string upload = (await s3.InitiateMultipartUploadAsync(Bucket, "parts")).UploadId;
        await s3.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = Bucket, Key = "parts", UploadId = upload });
        Assert.Equal("NoSuchUpload", (await Assert.ThrowsAnyAsync<AmazonS3Exception>(() =>
            s3.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = Bucket, Key = "parts", UploadId = upload }))).ErrorCode);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "x", ContentBody = "1" });
        caller.Sandbox.Server.Reset();
        Assert.Empty((await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket })).S3Objects ?? []);
    }
}
