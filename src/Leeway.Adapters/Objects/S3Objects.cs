using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Leeway.Adapters.Aws;

namespace Leeway.Adapters.Objects;

/// <summary>Objects in a bucket of S3, or of a server that speaks its protocol. Long ones go up in parts, and are seen once all of them are there.</summary>
internal sealed class S3Objects : IObjectStore
{
    // What is in memory for one upload, beside what the writer has not flushed. With S3's limit of 10,000 parts an object may have 80 GB.
    private const int PartBytes = 8 * 1024 * 1024;
    private const int PipeBytes = 1024 * 1024;

    private readonly AmazonS3Client _client;
    private readonly string _bucket;
    private readonly string _prefix;

    private S3Objects(AmazonS3Client client, string bucket, string prefix) => (_client, _bucket, _prefix) = (client, bucket, prefix.Length == 0 ? "" : prefix + "/");

    /// <summary>Opens a bucket, with the configured keys or else AWS's own chain. An address of its own is one whose buckets stand in the path.</summary>
    public static S3Objects Open(ObjectLocation location, CloudSettings cloud)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = location.Endpoint is not null,

            // Servers that are not AWS's know only the checksums that have to be.
            RequestChecksumCalculation = location.Endpoint is null ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        SdkClients.Address(config, location.Endpoint, cloud);
        return new S3Objects(SdkClients.Keys(cloud.Credentials) is { } keys ? new AmazonS3Client(keys, config) : new AmazonS3Client(config), location.Bucket, location.Prefix);
    }

    /// <inheritdoc/>
    public string AddressOf(string key) => $"s3://{_bucket}/{KeyOf(key)}";

    /// <inheritdoc/>
    public async Task WriteAsync(string key, string contentType, Func<PipeWriter, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        string place = KeyOf(key);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: PipeBytes, resumeWriterThreshold: PipeBytes / 2, useSynchronizationContext: false));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? failure = null;
        Task writing = FillAsync();
        try
        {
            await UploadAsync(place, contentType, pipe.Reader.AsStream(), cancellationToken);
            await writing;
        }
        catch (Exception e)
        {
            Exception? writers = failure;

            // A writer that waits for room has to hear that nobody reads any more.
            await pipe.Reader.CompleteAsync(e);
            await ending.CancelAsync();
            await writing;
            if (writers is not null)
            {
                ExceptionDispatchInfo.Throw(writers);
            }

            if (!cancellationToken.IsCancellationRequested && Explain(e) is { } told)
            {
                throw told;
            }

            throw;
        }

        // What the writer threw goes to the reader too, which then completes nothing.
        async Task FillAsync()
        {
            try
            {
                await write(pipe.Writer, ending.Token);
                await pipe.Writer.CompleteAsync();
            }
            catch (Exception e)
            {
                failure = e;
                await pipe.Writer.CompleteAsync(e);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(string key, CancellationToken cancellationToken)
    {
        GetObjectResponse answer = await CallAsync(token => _client.GetObjectAsync(_bucket, KeyOf(key), token), cancellationToken);
        return new ObjectStream(answer.ResponseStream, Explain);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = _prefix + prefix, ContinuationToken = next };
            ListObjectsV2Response page = await CallAsync(token => _client.ListObjectsV2Async(request, token), cancellationToken);
            foreach (S3Object item in page.S3Objects ?? [])
            {
                DateTimeOffset at = item.LastModified is { } modified ? new DateTimeOffset(modified.ToUniversalTime()) : DateTimeOffset.UnixEpoch;
                yield return new StoredObject(item.Key[_prefix.Length..], item.Size ?? 0, at);
            }

            // A page that does not move on would be asked for forever.
            next = page.IsTruncated == true && page.NextContinuationToken != next ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(token => _client.DeleteObjectAsync(_bucket, KeyOf(key), token), cancellationToken);
        }
        catch (ProviderException e) when (e.Error is { Kind: ProviderErrorKind.NotFound, ProviderCode: not "NoSuchBucket" })
        {
            // Gone is what was asked for.
        }
    }

    private async Task UploadAsync(string key, string contentType, Stream content, CancellationToken cancellationToken)
    {
        byte[] part = new byte[PartBytes];
        int length = await content.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, cancellationToken);
        if (length < part.Length)
        {
            var whole = new PutObjectRequest { BucketName = _bucket, Key = key, ContentType = contentType, InputStream = new MemoryStream(part, 0, length), AutoCloseStream = false };
            await _client.PutObjectAsync(whole, cancellationToken);
            return;
        }

        InitiateMultipartUploadResponse upload = await _client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = _bucket, Key = key, ContentType = contentType }, cancellationToken);
        try
        {
            var parts = new List<PartETag>();
            do
            {
                var request = new UploadPartRequest
                {
                    BucketName = _bucket,
                    Key = key,
                    UploadId = upload.UploadId,
                    PartNumber = parts.Count + 1,
                    PartSize = length,
                    InputStream = new MemoryStream(part, 0, length),
                };
                parts.Add(new PartETag(await _client.UploadPartAsync(request, cancellationToken)));
                length = await content.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, cancellationToken);
            }
            while (length > 0);

            await _client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = _bucket, Key = key, UploadId = upload.UploadId, PartETags = parts }, cancellationToken);
        }
        catch
        {
            await AbortAsync(key, upload.UploadId);
            throw;
        }
    }

    /// <summary>Parts that nobody completes would be stored, and paid for, until a rule of the bucket's deletes them.</summary>
    private async Task AbortAsync(string key, string uploadId)
    {
        try
        {
            await _client.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = _bucket, Key = key, UploadId = uploadId }, CancellationToken.None);
        }
        catch (Exception e) when (Explain(e) is not null)
        {
            // What went wrong before is told.
        }
    }

    private async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Explain(e) is { } told)
        {
            throw told;
        }
    }

    private string KeyOf(string key) => _prefix + ObjectKeys.Check(key);

    private ProviderException? Explain(Exception e) => SdkClients.Explain(e, $"The bucket {_bucket}");
}
