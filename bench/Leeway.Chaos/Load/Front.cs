using System.Text;
using System.Text.Json;

namespace Leeway.Chaos.Load;

/// <summary>The gateways as a client's load balancer knows them: any will do, and one that fails is followed by another.</summary>
internal sealed class Front(IReadOnlyList<Uri> nodes, ClientLog log, ClientKeys? keys = null) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20), MaxConnectionsPerServer = 512 })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public int Count => nodes.Count;

    /// <summary>Sends one call to one node.</summary>
    /// <returns>The answer, read whole; null when none came, and then nobody knows what became of the call.</returns>
    public async Task<Reply?> SendAsync(int node, HttpMethod method, string path, HttpContent? content, TimeSpan patience, params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(nodes[node % nodes.Count], path)) { Content = content };
        request.Headers.Authorization = keys is null ? null : ClientKeys.Header(keys.Main);
        foreach ((string name, string value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var enough = new CancellationTokenSource(patience);
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, enough.Token);
            string? id = answer.Headers.TryGetValues("Leeway-Request-Id", out IEnumerable<string>? ids) ? ids.First() : null;
            string body;
            try
            {
                body = await answer.Content.ReadAsStringAsync(enough.Token);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                log.Note("answer cut off");
                return new Reply((int)answer.StatusCode, id, "", Whole: false);
            }

            if (!answer.IsSuccessStatusCode)
            {
                log.Note($"{(int)answer.StatusCode} {CodeOf(body)}");
            }

            return new Reply((int)answer.StatusCode, id, body, Whole: true);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            log.Note(exception is OperationCanceledException ? "no answer in time" : exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } ? "no connection" : "connection broken");
            return null;
        }
    }

    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    public void Dispose() => _http.Dispose();

    private static string CodeOf(string body)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("error", out JsonElement error) && error.TryGetProperty("code", out JsonElement code) ? code.ToString()
                : json.RootElement.TryGetProperty("code", out code) ? code.ToString() : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
