using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Leeway.Adapters.Credentials;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Batches;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Objects;

/// <summary>Objects in a bucket of Google Cloud Storage, by its JSON API. An upload goes in pieces and is seen once the last has arrived.</summary>
internal sealed class CloudStorageObjects : IObjectStore
{
    private const string PublicServer = "https://storage.googleapis.com";

    private static readonly Transport s_transport = new(new WireFormat
    {
        Endpoints = new HashSet<string>(),
        Authorizer = static store => GoogleCredentials.Shared.AccessTokensFor(store.BaseUrl, store.Cloud.Credentials),
    });

    private readonly Binding _binding;
    private readonly JsonCalls _calls;
    private readonly TimeProvider _clock;
    private readonly string _bucket;
    private readonly string _prefix;

    public CloudStorageObjects(ObjectLocation location, CloudSettings cloud, TimeProvider clock)
    {
        _bucket = Uri.EscapeDataString(location.Bucket);
        _prefix = location.Prefix.Length == 0 ? "" : location.Prefix + "/";
        _clock = clock;
        _calls = new JsonCalls(clock);
        Root = $"gs://{location.Bucket}/{_prefix}";

        // The wire is the providers'; for it a bucket is a deployment without a model.
        _binding = s_transport.Bind(new Deployment
        {
            Id = Root.TrimEnd('/'),
            Provider = Root,
            Kind = "gs",
            Model = "",
            BaseUrl = location.Endpoint ?? new Uri(PublicServer),
            Cloud = cloud,
        });
    }

    private string Root { get; }

    /// <inheritdoc/>
    public string AddressOf(string key) => Root + key;

    /// <inheritdoc/>
    public async Task WriteAsync(string key, string contentType, Func<PipeWriter, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        string name = _prefix + ObjectKeys.Check(key);
        await using var upload = new CloudStorageUpload(_binding, _calls, _clock);
        await upload.StartAsync($"/upload/storage/v1/b/{_bucket}/o?uploadType=resumable&name={Uri.EscapeDataString(name)}", contentType, cancellationToken);
        await upload.SendAsync(write, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(string key, CancellationToken cancellationToken) => _calls.OpenAsync(_binding, PathOf(key) + "?alt=media", cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            string path = $"/storage/v1/b/{_bucket}/o?prefix={Uri.EscapeDataString(_prefix + prefix)}" + (token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}");
            using JsonDocument answer = await _calls.SendAsync(_binding, HttpMethod.Get, path, null, cancellationToken);
            foreach (JsonElement item in answer.RootElement.Items("items"))
            {
                if (item.Word("name") is { } name && name.StartsWith(_prefix, StringComparison.Ordinal))
                {
                    yield return new StoredObject(
                        name[_prefix.Length..],
                        long.TryParse(item.Text("size"), NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : 0,
                        DateTimeOffset.TryParse(item.Word("updated"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset updated) ? updated : DateTimeOffset.UnixEpoch);
                }
            }

            string? next = answer.RootElement.Word("nextPageToken");
            token = next is { Length: > 0 } && next != token ? next : null;
        }
        while (token is not null);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        using var patience = new Patience(JsonCalls.Limit, _clock, cancellationToken);
        try
        {
            using HttpResponseMessage answer = await _calls.GetHeadAsync(_binding, _binding.Request(HttpMethod.Delete, PathOf(key), null), patience, cancellationToken);
        }
        catch (ProviderException e) when (e.Error.StatusCode == 404)
        {
            // Gone is what was asked for.
        }
    }

    /// <summary>A name is one segment of the path, slashes and all. The service gives names of its own to what it writes.</summary>
    private string PathOf(string key) => $"/storage/v1/b/{_bucket}/o/{Uri.EscapeDataString(_prefix + ObjectKeys.CheckGiven(key))}";
}
