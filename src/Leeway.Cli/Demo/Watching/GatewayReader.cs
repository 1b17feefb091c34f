using System.Globalization;
using System.Text.Json;

namespace Leeway.Cli.Demo.Watching;

/// <summary>What the gateway tells about itself over HTTP, as any operator could ask.</summary>
internal sealed class GatewayReader(Uri gateway, Uri admin) : IDisposable
{
    private const int PageSize = 1000;

    private readonly HttpClient _gateway = new() { BaseAddress = gateway };
    private readonly HttpClient _admin = new() { BaseAddress = admin };

    /// <summary>Requests that have not ended, by priority and state.</summary>
    public async Task<IReadOnlyList<OpenRequests>> QueueAsync(CancellationToken cancellationToken) =>
        await ListAsync(_admin, "/admin/queue", row => new OpenRequests(Text(row, "priority"), Text(row, "state"), row.GetProperty("requests").GetInt32()), cancellationToken);

    /// <summary>Money by <c>total</c>, <c>lane</c> or <c>priority</c>.</summary>
    public async Task<IReadOnlyList<CostLine>> CostAsync(string by, CancellationToken cancellationToken) => await ListAsync(
        _admin,
        $"/admin/cost?by={by}",
        row => new CostLine(
            Text(row, "name"), row.GetProperty("requests").GetInt64(), Money(row, "cost_usd"), Money(row, "list_cost_usd"), Money(row, "saved_usd"),
            row.GetProperty("unpriced").GetInt64(), row.GetProperty("duplicates").GetInt64()),
        cancellationToken);

    /// <summary>The newest batches first.</summary>
    public async Task<IReadOnlyList<BatchLine>> BatchesAsync(int limit, CancellationToken cancellationToken) => await ListAsync(
        _admin,
        $"/admin/batches?limit={limit.ToString(CultureInfo.InvariantCulture)}",
        row => new BatchLine(
            Text(row, "state"), Text(row, "priority"), Text(row, "model"), row.GetProperty("requests").GetInt32(),
            Count(row, "completed"), Count(row, "failed"), Instant(row, "sealed_at") ?? default, Instant(row, "collected_at")),
        cancellationToken);

    /// <summary>The newest requests that <paramref name="filter"/> (<c>priority=low&amp;state=succeeded</c>) lets through.</summary>
    public async Task<IReadOnlyList<RequestLine>> RequestsAsync(string filter, int limit, CancellationToken cancellationToken) =>
        await ListAsync(_gateway, $"/leeway/requests?{filter}&limit={limit.ToString(CultureInfo.InvariantCulture)}", Request, cancellationToken);

    // What the provider does not count is nothing yet.
    private static int Count(JsonElement row, string name) => row.GetProperty(name) is { ValueKind: JsonValueKind.Number } count ? count.GetInt32() : 0;

    /// <summary>Every deferred request the gateway knows.</summary>
    public async Task<IReadOnlyList<RequestLine>> AllRequestsAsync(string filter, CancellationToken cancellationToken)
    {
        List<RequestLine> all = [];
        while (await RequestsAsync(all.Count == 0 ? filter : $"{filter}&after={all[^1].Id}", PageSize, cancellationToken) is { Count: > 0 } page)
        {
            all.AddRange(page);
        }

        return all;
    }

    /// <summary>Seals everything queued now.</summary>
    public async Task SealAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await _admin.PostAsync(new Uri("/admin/seal", UriKind.Relative), null, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Cancels a request, unless it has ended.</summary>
    public async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await _gateway.PostAsync(new Uri($"/leeway/requests/{id}/cancel", UriKind.Relative), null, cancellationToken);
    }

    public void Dispose()
    {
        _gateway.Dispose();
        _admin.Dispose();
    }

    private static async Task<List<T>> ListAsync<T>(HttpClient http, string path, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        answer.EnsureSuccessStatusCode();
        using JsonDocument document = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
        return [.. document.RootElement.GetProperty("data").EnumerateArray().Select(read)];
    }

    private static RequestLine Request(JsonElement row) => new(
        Text(row, "id"), Text(row, "state"), Text(row, "priority"), Text(row, "lane"), Instant(row, "created_at") ?? default, Instant(row, "finished_at"),
        row.GetProperty("receipt").GetProperty("deadline_met").ValueKind == JsonValueKind.True);

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString() ?? "";

    private static DateTimeOffset? Instant(JsonElement row, string name) =>
        row.GetProperty(name).GetString() is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;

    private static decimal Money(JsonElement row, string name) =>
        row.GetProperty(name).GetString() is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : 0;
}
