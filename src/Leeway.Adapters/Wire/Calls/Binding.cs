using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Leeway.Adapters.Wire.Calls;

/// <summary>What is worked out once per deployment: addresses, credential, model name and connection pool.</summary>
internal sealed class Binding
{
    private const string Version = "/v1";

    // The version whose shapes this adapter knows; later ones take less and answer the same.
    private const string AnthropicVersion = "2023-06-01";

    private readonly FrozenDictionary<string, Uri> _endpoints;
    private readonly string _base;

    public Binding(Deployment deployment, IReadOnlySet<string> endpoints, Dialect dialect, HttpMessageInvoker invoker)
    {
        Deployment = deployment;
        Invoker = invoker;
        Dialect = dialect;
        _base = deployment.BaseUrl.AbsoluteUri.TrimEnd('/');

        // OpenAI's SDKs take a base with the version, Anthropic's one without; either is understood.
        if (dialect == Dialect.Anthropic && !_base.EndsWith(Version, StringComparison.Ordinal))
        {
            _base += Version;
        }

        _endpoints = endpoints.ToFrozenDictionary(static e => e, Resolve);
        ModelToken = [(byte)'"', .. JsonEncodedText.Encode(deployment.Model, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];
        ApiKey = string.IsNullOrWhiteSpace(deployment.ApiKey) ? null : deployment.ApiKey.Trim();
        Credential = ApiKey is null || dialect == Dialect.Anthropic ? ApiKey : "Bearer " + ApiKey;
    }

    public Deployment Deployment { get; }

    public HttpMessageInvoker Invoker { get; }

    /// <summary>The model's name as a JSON string, quotes included.</summary>
    public byte[] ModelToken { get; }

    /// <summary>The credential without the white space that files put around it.</summary>
    public string? ApiKey { get; }

    /// <summary>Whose shapes the server speaks.</summary>
    public Dialect Dialect { get; }

    private string? Credential { get; }

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
    public HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content) =>
        Request(method, new Uri(_base + path), content);

    private HttpRequestMessage Request(HttpMethod method, Uri uri, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, uri) { Content = content };
        request.Headers.TryAddWithoutValidation("User-Agent", "leeway");
        if (Dialect == Dialect.Anthropic)
        {
            request.Headers.TryAddWithoutValidation("anthropic-version", AnthropicVersion);
        }

        if (Credential is null)
        {
            return request;
        }

        // The header's own check turns line breaks into spaces and sends the rest.
        if (ApiKey.AsSpan().ContainsAnyExceptInRange('!', '~') || !request.Headers.TryAddWithoutValidation(Dialect == Dialect.Anthropic ? "x-api-key" : "Authorization", Credential))
        {
            request.Dispose();
            throw new ProviderException(new ProviderError(
                ProviderErrorKind.AuthenticationFailed,
                $"The api_key of provider '{Deployment.Provider}' holds characters that no HTTP header may carry."));
        }

        return request;
    }

    // The base ends in the version that the endpoint starts with.
    private Uri Resolve(string endpoint) =>
        new(_base + (endpoint.StartsWith(Version + "/", StringComparison.Ordinal) ? endpoint[Version.Length..] : endpoint));
}
