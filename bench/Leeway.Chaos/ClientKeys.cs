using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Leeway.Chaos.Load;

namespace Leeway.Chaos;

/// <summary>Keys of a cluster whose callers need one: one without bounds, and one with a budget that some of the calls share.</summary>
/// <param name="Main">The secret of most calls, and of the harness's own.</param>
/// <param name="Sparing">The secret of the others.</param>
/// <param name="SparingId">Their label in the ledger, and the budget's name in the database.</param>
/// <param name="Budget">USD.</param>
internal sealed record ClientKeys(string Main, string Sparing, string SparingId, decimal Budget)
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(200);

    /// <summary>Makes them at the first node, and waits until every node knows them.</summary>
    public static async Task<ClientKeys> MakeAsync(IReadOnlyList<(Uri Url, Uri Admin)> nodes, decimal budget, TimeSpan patience)
    {
        using var http = new HttpClient();
        (string main, _) = await MakeAsync(http, nodes[0].Admin, "");
        (string sparing, string id) = await MakeAsync(http, nodes[0].Admin, string.Create(CultureInfo.InvariantCulture, $",\"budget\":\"{budget}\""));
        using var enough = new CancellationTokenSource(patience);
        foreach ((Uri url, _) in nodes)
        {
            while (!await KnowsAsync(http, url, sparing))
            {
                await Task.Delay(s_step, enough.Token);
            }
        }

        return new ClientKeys(main, sparing, id, budget);
    }

    /// <summary>The header that says it.</summary>
    public static AuthenticationHeaderValue Header(string secret) => new("Bearer", secret);

    private static async Task<(string Secret, string Id)> MakeAsync(HttpClient http, Uri admin, string more)
    {
        using HttpResponseMessage answer = await http.PostAsync(new Uri(admin, "/admin/keys"), Front.Json($"{{\"owner\":\"chaos\"{more}}}"));
        using JsonDocument json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (json.RootElement.GetProperty("key").GetString()!, json.RootElement.GetProperty("id").GetString()!);
    }

    private static async Task<bool> KnowsAsync(HttpClient http, Uri node, string secret)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, new Uri(node, "/v1/models")) { Headers = { Authorization = Header(secret) } };
        using HttpResponseMessage answer = await http.SendAsync(ask);
        return answer.IsSuccessStatusCode;
    }
}
