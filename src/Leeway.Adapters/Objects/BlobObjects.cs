using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Leeway.Adapters.Credentials;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Objects;

/// <summary>Objects as block blobs in a container of Azure's. A blob is staged in blocks and seen once all of them are committed.</summary>
internal sealed class BlobObjects : IObjectStore
{
    // What is in memory for one upload is a block per transfer, beside what the writer has not flushed.
    private static readonly StorageTransferOptions s_transfer = new() { InitialTransferSize = BlockBytes, MaximumTransferSize = BlockBytes, MaximumConcurrency = 2 };

    private const int BlockBytes = 8 * 1024 * 1024;
    private const int PipeBytes = 1024 * 1024;

    private readonly BlobContainerClient _container;
    private readonly string _prefix;

    private BlobObjects(BlobContainerClient container, string prefix) => (_container, _prefix) = (container, prefix.Length == 0 ? "" : prefix + "/");

    /// <summary>
    /// Opens a container. Of the credentials <c>session_token</c> is a shared access signature, <c>secret_key</c> the account's key (with the
    /// account's name in <c>access_key</c> where the address does not begin with it); without either, Entra is asked.
    /// </summary>
    public static BlobObjects Open(ObjectLocation location, CloudSettings cloud)
    {
        CloudCredentials credentials = cloud.Credentials;
        Uri account = location.Endpoint ?? (credentials.AccessKey is { } name
            ? new Uri($"https://{name}.blob.core.windows.net")
            : throw new ProviderException(new ProviderError(
                ProviderErrorKind.InvalidRequest, $"storage.endpoint is missing: {location.Root} is in an account, such as https://my-account.blob.core.windows.net.")));
        var address = new Uri($"{account.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{location.Bucket}");
        try
        {
            BlobContainerClient container = credentials switch
            {
                { SessionToken: { } signature } => new BlobContainerClient(address, new AzureSasCredential(signature)),
                { SecretKey: { } key } => new BlobContainerClient(address, new StorageSharedKeyCredential(credentials.AccessKey ?? account.Host.Split('.')[0], key)),
                _ => new BlobContainerClient(address, EntraCredential.Create(credentials)),
            };
            return new BlobObjects(container, location.Prefix);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new ProviderException(new ProviderError(ProviderErrorKind.AuthenticationFailed, $"The credentials for {location.Root} cannot be used: {e.Message.Split('\n')[0]}"), e);
        }
    }

    /// <inheritdoc/>
    public string AddressOf(string key) => Blob(key).Uri.GetLeftPart(UriPartial.Path);

    /// <inheritdoc/>
    public async Task WriteAsync(string key, string contentType, Func<PipeWriter, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: PipeBytes, resumeWriterThreshold: PipeBytes / 2, useSynchronizationContext: false));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? failure = null;
        Task writing = FillAsync();
        try
        {
            var options = new BlobUploadOptions { TransferOptions = s_transfer, HttpHeaders = new BlobHttpHeaders { ContentType = contentType } };
            await Blob(key).UploadAsync(pipe.Reader.AsStream(), options, cancellationToken);
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

        // What the writer threw goes to the reader too, which then commits nothing.
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
        try
        {
            Response<BlobDownloadStreamingResult> answer = await Blob(key).DownloadStreamingAsync(cancellationToken: cancellationToken);
            return new ObjectStream(answer.Value.Content, Explain);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Explain(e) is { } told)
        {
            throw told;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<BlobItem> items = _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, _prefix + prefix, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await items.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && Explain(e) is { } told)
            {
                throw told;
            }

            BlobItem item = items.Current;
            yield return new StoredObject(item.Name[_prefix.Length..], item.Properties.ContentLength ?? 0, item.Properties.LastModified ?? DateTimeOffset.UnixEpoch);
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await Blob(key).DeleteIfExistsAsync(cancellationToken: cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Explain(e) is { } told)
        {
            throw told;
        }
    }

    private BlobClient Blob(string key) => _container.GetBlobClient(_prefix + ObjectKeys.Check(key));

    private ProviderException? Explain(Exception e)
    {
        ProviderError? error = e switch
        {
            RequestFailedException { Status: 0 } => new ProviderError(ProviderErrorKind.ConnectFailed, Sentence(e)),
            RequestFailedException refused => new ProviderError(ErrorAnswers.Classify(refused.Status, null, refused.ErrorCode), Sentence(e)) { StatusCode = refused.Status, ProviderCode = refused.ErrorCode },

            // Several tries, each told; the last one says as much as all.
            AggregateException { InnerExceptions: [.., { } last] } => Explain(last)?.Error,
            global::Azure.Identity.AuthenticationFailedException => new ProviderError(ProviderErrorKind.AuthenticationFailed, Sentence(e)),
            IOException or HttpRequestException or TaskCanceledException => new ProviderError(ProviderErrorKind.StreamCut, Sentence(e)),
            _ => null,
        };
        return error is null ? null : new ProviderException(error, e);
    }

    private string Sentence(Exception e) => $"The container {_container.Uri.GetLeftPart(UriPartial.Path)}: {e.Message.Split('\n')[0].Trim()}";
}
