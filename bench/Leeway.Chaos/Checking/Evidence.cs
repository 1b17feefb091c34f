using System.Text.Json;
using System.Text.RegularExpressions;

namespace Leeway.Chaos.Checking;

/// <summary>What the gateways tell through their API once everything has ended.</summary>
internal sealed partial class Evidence : IDisposable
{
    private const int Page = 500;

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly IReadOnlyList<(Uri Url, Uri Admin)> _nodes;
    private int _next;

    public Evidence(Cluster cluster)
        : this(cluster.Addresses) =>
        _http.DefaultRequestHeaders.Authorization = cluster.Keys is { } keys ? ClientKeys.Header(keys.Main) : null;

    public Evidence(IReadOnlyList<(Uri Url, Uri Admin)> nodes) => _nodes = nodes;

    /// <summary>Every request, by id.</summary>
    public Dictionary<string, Seen> Requests { get; } = [];

    /// <summary>The whole ledger.</summary>
    public List<SeenEntry> Entries { get; } = [];

    /// <summary>Requests that are open.</summary>
    public Task<List<Seen>> ReadOpenAsync() => ReadRequestsAsync("&state=queued,sealed,submitted,running");

    /// <summary>Deliveries that are neither delivered nor given up.</summary>
    public async Task<int> CountOpenDeliveriesAsync() =>
        await CountAsync("/admin/deliveries?limit=100&state=pending") + await CountAsync("/admin/deliveries?limit=100&state=retrying");

    /// <summary>Provider batches that are not over.</summary>
    public async Task<List<string>> ReadOpenBatchesAsync()
    {
        var open = new List<string>();
        await foreach (JsonElement batch in PagesAsync("/admin/batches?limit=500", admin: true))
        {
            if (batch.GetProperty("state").GetString() is not ("collected" or "failed" or "expired" or "cancelled" or "abandoned"))
            {
                open.Add($"{batch.GetProperty("id").GetString()} {batch.GetProperty("state").GetString()} {batch.GetProperty("note").GetString()}");
            }
        }

        return open;
    }

    /// <summary>Reads everything, each request from whichever node comes next.</summary>
    public async Task ReadAllAsync()
    {
        foreach (Seen seen in await ReadRequestsAsync(""))
        {
            Requests.Add(seen.Id, seen);
        }

        await Parallel.ForEachAsync(Requests.Values, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (seen, _) =>
        {
            using JsonDocument json = JsonDocument.Parse(await GetAsync($"/leeway/requests/{seen.Id}"));
            if (json.RootElement.GetProperty("response") is { ValueKind: JsonValueKind.Object } response)
            {
                seen.Answer = response.GetProperty("body").GetRawText();
                seen.Digest = DigestIn(seen.Answer);
            }
        });

        // A node whose clock was wrong may have written instants that are still to come.
        string until = Uri.EscapeDataString(TimeProvider.System.GetUtcNow().AddHours(2).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        string ledger = await GetAsync($"/admin/entries.jsonl?until={until}", admin: true);
        foreach (string line in ledger.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            Entries.Add(SeenEntry.Read(json.RootElement));
        }
    }

    /// <summary>A client's batch.</summary>
    public async Task<JsonElement> ReadBatchAsync(string id) => JsonDocument.Parse(await GetAsync($"/v1/batches/{id}")).RootElement;

    /// <summary>The lines of a batch's output or error file.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReadFileAsync(string? id) => id is null
        ? []
        : [.. (await GetAsync($"/v1/files/{id}/content")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>USD that a caller has spent by the ledger.</summary>
    public async Task<decimal> ReadSpentAsync(string caller)
    {
        string until = Uri.EscapeDataString(TimeProvider.System.GetUtcNow().AddHours(2).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        using JsonDocument json = JsonDocument.Parse(await GetAsync($"/admin/cost?by=key&until={until}", admin: true));
        return json.RootElement.GetProperty("data").EnumerateArray().Where(row => row.GetProperty("name").GetString() == caller)
            .Sum(static row => decimal.Parse(row.GetProperty("cost_usd").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The digest that the sandbox writes into its answers.</summary>
    public static string? DigestIn(string answer) => Mark().Match(answer) is { Success: true } found ? found.Groups[1].Value : null;

    public void Dispose() => _http.Dispose();

    private async Task<List<Seen>> ReadRequestsAsync(string filter)
    {
        var found = new List<Seen>();
        await foreach (JsonElement request in PagesAsync($"/leeway/requests?limit={Page}{filter}", admin: false))
        {
            found.Add(Seen.Read(request));
        }

        return found;
    }

    private async Task<int> CountAsync(string path)
    {
        using JsonDocument json = JsonDocument.Parse(await GetAsync(path, admin: true));
        return json.RootElement.GetProperty("data").GetArrayLength();
    }

    private async IAsyncEnumerable<JsonElement> PagesAsync(string path, bool admin)
    {
        string after = "";
        bool more = true;
        while (more)
        {
            using JsonDocument json = JsonDocument.Parse(await GetAsync(path + after, admin));
            foreach (JsonElement one in json.RootElement.GetProperty("data").EnumerateArray())
            {
                after = $"&after={one.GetProperty("id").GetString()}";
                yield return one;
            }

            more = json.RootElement.GetProperty("has_more").GetBoolean();
        }
    }

    private async Task<string> GetAsync(string path, bool admin = false)
    {
        (Uri url, Uri adminUrl) = _nodes[Interlocked.Increment(ref _next) % _nodes.Count];
        using HttpResponseMessage answer = await SendAsync(new Uri(admin ? adminUrl : url, path));
        string body = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? body : throw new InvalidOperationException($"GET {path}: {(int)answer.StatusCode} {body}");
    }

    private async Task<HttpResponseMessage> SendAsync(Uri url)
    {
        try
        {
            return await _http.GetAsync(url);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            throw new InvalidOperationException($"GET {url}: {exception.Message}", exception);
        }
    }

    [GeneratedRegex("digest:([0-9a-f]{16})")]
    private static partial Regex Mark();
}
