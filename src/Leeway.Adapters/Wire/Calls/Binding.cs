using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Leeway.Adapters.Wire.Calls;

/// <summary>What is worked out once per deployment: addresses, credential, model name and connection pool.</summary>
internal sealed class Binding
{
    private readonly FrozenDictionary<string, Uri> _endpoints;
    private readonly WireFormat _format;
    private readonly string _base;
    private readonly string? _query;
    private readonly string? _credential;

    public Binding(Deployment deployment, WireFormat format, HttpMessageInvoker invoker, bool isAuthorized)
    {
        Deployment = deployment;
        Invoker = invoker;
        _format = format;
        _base = format.Base(deployment);
        _query = format.Query(deployment);
        _endpoints = format.Endpoints.ToFrozenDictionary(static e => e, endpoint => Address(format.PathOf(deployment, endpoint)));
        ModelToken = TokenOf(deployment.Model);
        BatchModelToken = deployment.BatchModel is { } batchModel ? TokenOf(batchModel) : ModelToken;
        ApiKey = string.IsNullOrWhiteSpace(deployment.ApiKey) ? null : deployment.ApiKey.Trim();
        _credential = ApiKey is null || isAuthorized ? null : format.KeyPrefix + ApiKey;
    }

    public Deployment Deployment { get; }

    public HttpMessageInvoker Invoker { get; }

    /// <summary>The model's name as a JSON string, quotes included.</summary>
    public byte[] ModelToken { get; }

    /// <summary>The same for the lines of batches.</summary>
    public byte[] BatchModelToken { get; }

    /// <summary>The credential without the white space that files put around it.</summary>
    public string? ApiKey { get; }

    /// <summary>Whose shapes the server speaks.</summary>
    public Dialect Dialect => _format.Dialect;

    /// <summary>How the kind is addressed and how it tells errors.</summary>
    public WireFormat Format => _format;

    /// <summary>A request to one of the real-time endpoints.</summary>
    public HttpRequestMessage Request(string endpoint, HttpContent content)
    {
        if (!_endpoints.TryGetValue(endpoint, out Uri? uri))
        {
            throw new ProviderException(new ProviderError(ProviderErrorKind.NotFound, $"Deployment '{Deployment.Id}' does not serve {endpoint}."));
        }

        return Request(HttpMethod.Post, uri, content);
    }

    /// <summary>A request to a path below the base, e.g. <c>/batches</c>.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content) => Request(method, Address(path), content);

    /// <summary>A request to an address that the server named. Only its path counts: the host could be anybody's, and the credential goes along.</summary>
    public HttpRequestMessage RequestAt(HttpMethod method, string address, HttpContent? content)
    {
        var root = new Uri(_base);
        return Uri.TryCreate(root, address, out Uri? uri) && uri.Scheme is "https" or "http"
            ? Request(method, new Uri(root.GetLeftPart(UriPartial.Authority) + uri.PathAndQuery), content)
            : throw Failures.Malformed(Deployment, "named an address that is none");
    }

    private HttpRequestMessage Request(HttpMethod method, Uri uri, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, uri) { Content = content };
        request.Headers.TryAddWithoutValidation("User-Agent", "leeway");
        foreach ((string name, string value) in _format.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (_credential is null)
        {
            return request;
        }

        // The header's own check turns line breaks into spaces and sends the rest.
        if (ApiKey.AsSpan().ContainsAnyExceptInRange('!', '~') || !request.Headers.TryAddWithoutValidation(_format.KeyHeader, _credential))
        {
            request.Dispose();
            throw new ProviderException(new ProviderError(
                ProviderErrorKind.AuthenticationFailed,
                $"The api_key of provider '{Deployment.Provider}' holds characters that no HTTP header may carry."));
        }

        return request;
    }

    private static byte[] TokenOf(string model) => [(byte)'"', .. JsonEncodedText.Encode(model, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];

    private Uri Address(string path) => new(_query is null ? _base + path : $"{_base}{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{_query}");
}
