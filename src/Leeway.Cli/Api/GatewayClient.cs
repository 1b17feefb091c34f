using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Leeway.Cli.Api;

/// <summary>Calls one of the gateway's listeners. A refusal becomes a <see cref="CliFailure"/> that carries the gateway's own words.</summary>
internal sealed class GatewayClient : IDisposable
{
    private const int MostErrorBytes = 64 * 1024;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };

    private readonly HttpClient _http;

    /// <param name="root">The listener.</param>
    /// <param name="option">The option that names it, for the message when nothing answers.</param>
    /// <param name="credential">Sent as a bearer token when there is one.</param>
    public GatewayClient(Uri root, string option, string? credential)
    {
        Root = root;
        Option = option;
        // Held calls last for minutes; each command bounds its own time.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = !root.IsLoopback, AllowAutoRedirect = false })
        {
            BaseAddress = root.AbsolutePath.EndsWith('/') ? root : new Uri(root + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (!string.IsNullOrEmpty(credential))
        {
            _http.DefaultRequestHeaders.Authorization = IsPlain(credential)
                ? new AuthenticationHeaderValue("Bearer", credential)
                : throw new CliFailure(ExitCode.Usage, "The key or token holds a character that no header can carry.", "Copy it again, without line breaks.");
        }
    }

    public Uri Root { get; }

    private string Option { get; }

    public void Dispose() => _http.Dispose();

    /// <summary>A client of another address, with the same credential; this one is of no use afterwards.</summary>
    public GatewayClient At(Uri root)
    {
        string? credential = _http.DefaultRequestHeaders.Authorization?.Parameter;
        Dispose();
        return new GatewayClient(root, Option, credential);
    }

    public static T Read<T>(JsonElement element) =>
        element.Deserialize<T>(s_json) ?? throw new CliFailure(ExitCode.Failed, "The gateway answered null.");

    public static T Read<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, s_json) ?? throw new CliFailure(ExitCode.Failed, "The gateway answered null.");

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, Relative(path)), cancellationToken);
        return await JsonOfAsync(answer, cancellationToken);
    }

    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) => Read<T>(await GetAsync(path, cancellationToken));

    public async Task<JsonElement> PostAsync(string path, string? json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Relative(path))
        {
            Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"),
        };
        using HttpResponseMessage answer = await SendAsync(request, cancellationToken);
        return await JsonOfAsync(answer, cancellationToken);
    }

    /// <summary>Sends and returns once the headers are in, whatever they say up to 399; everything above is thrown.</summary>
    /// <exception cref="CliFailure">Nothing answers, or the gateway refuses.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage answer = await SendUncheckedAsync(request, cancellationToken);
        if ((int)answer.StatusCode < 400)
        {
            return answer;
        }

        using (answer)
        {
            throw await FailureOfAsync(answer, cancellationToken);
        }
    }

    /// <summary>As <see cref="SendAsync"/>, but a refusal is the caller's to read.</summary>
    public async Task<HttpResponseMessage> SendUncheckedAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new GatewayUnreachable(Root, Option, error).ToFailure();
        }
    }

    /// <summary>Whether anything answers here.</summary>
    public async Task<bool> AnswersAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(3), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(Relative("v1/models"), HttpCompletionOption.ResponseHeadersRead, either.Token);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>A refusal as a failure: status and code decide how the process ends.</summary>
    public static async Task<CliFailure> FailureOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        string body = await ReadBoundedAsync(answer, cancellationToken);
        Refusal refusal = Refusal.Parse((int)answer.StatusCode, body);
        return new CliFailure(refusal.ExitCode, refusal.Message, refusal.Remedy) { Code = refusal.Code };
    }

    private static async Task<string> ReadBoundedAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using Stream stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = new byte[MostErrorBytes];
        int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private async Task<JsonElement> JsonOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            await using Stream stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
            using JsonDocument document = await JsonDocument.ParseAsync(stream, default, cancellationToken);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new CliFailure(ExitCode.Failed, $"{Root} did not answer with JSON.", $"Is it Leeway's listener? See {Option}.");
        }
        catch (HttpRequestException error)
        {
            throw new GatewayUnreachable(Root, Option, error).ToFailure();
        }
    }

    private static bool IsPlain(string text) => text.All(letter => letter is > ' ' and < (char)127);

    private static string Relative(string path) => path.TrimStart('/');
}
