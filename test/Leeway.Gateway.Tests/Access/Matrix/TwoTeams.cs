using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Leeway.Gateway.Tests.Access.Matrix;

/// <summary>A gateway on which one team has something of every kind, and another team tries to get at it.</summary>
internal sealed class TwoTeams : IAsyncDisposable
{
    /// <summary>Stands in everything the owner made, and may never be seen by the other team.</summary>
    public const string Mark = "owned-by-blue";

    // What is queued stays queued; what a run seals is answered at once.
    private const string Yaml = """
        priorities: { standard: { deadline: 1h, seal: { requests: 1000, age: 1h } }, low: { deadline: 24h, seal: { requests: 10000 }, window: none } }
        lanes: { batch: { seal: { age: 1h }, poll: { min: 50ms, max: 200ms } } }
        """;

    private readonly Dictionary<string, string[]> _owned = [];
    private readonly Dictionary<string, string> _deleted = [];

    private TwoTeams(TestGateway gateway, string owner, string stranger) => (Gateway, Owner, Stranger) = (gateway, owner, stranger);

    public TestGateway Gateway { get; }

    /// <summary>The key of the team that owns.</summary>
    public string Owner { get; }

    /// <summary>The key of the team that tries.</summary>
    public string Stranger { get; }

    /// <summary>Ids that a provider gave to the owner's batches.</summary>
    public IReadOnlyList<string> ProviderIds { get; private set; } = [];

    /// <summary>Every route of the gateway: its pattern and its methods.</summary>
    public IReadOnlyList<(string Pattern, string[] Methods)> Routes =>
    [
        .. Gateway.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (
                "/" + endpoint.RoutePattern.RawText!.TrimStart('/'),
                endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.ToArray() ?? []))
            .OrderBy(route => route.Item1, StringComparer.Ordinal),
    ];

    public static async Task<TwoTeams> StartAsync()
    {
        TestGateway gateway = await TestGateway.StartAsync(Yaml);
        var teams = new TwoTeams(gateway, (await gateway.MakeKeyAsync("blue")).Secret, (await gateway.MakeKeyAsync("red")).Secret);
        foreach (IdKind kind in IdKinds.All)
        {
            string[] ids = await kind.MakeAsync(gateway, teams.Owner, Mark);
            if (kind.DeleteAsync is { } delete)
            {
                string gone = (await kind.MakeAsync(gateway, teams.Owner, Mark))[0];
                await delete(gateway, teams.Owner, gone);
                teams._deleted.Add(kind.Name, gone);
            }

            teams._owned.Add(kind.Name, ids);

            // The other team has some of its own, so that its lists are not empty.
            await kind.MakeAsync(gateway, teams.Stranger, "made-by-red");
        }

        using JsonDocument batches = JsonDocument.Parse(await gateway.Admin.GetStringAsync("/admin/batches?limit=1000"));
        teams.ProviderIds = [.. batches.RootElement.GetProperty("data").EnumerateArray().Select(batch => batch.GetProperty("provider_batch").GetString()).OfType<string>()];
        return teams;
    }

    public string[] OwnedOf(IdKind kind) => _owned[kind.Name];

    public string? DeletedOf(IdKind kind) => _deleted.GetValueOrDefault(kind.Name);

    /// <summary>Every id the owner has or had.</summary>
    public IEnumerable<string> Secrets => _owned.Values.SelectMany(ids => ids).Concat(_deleted.Values);

    /// <summary>What the owner sees of all that is its own, and the money spent.</summary>
    public async Task<string> StateAsync()
    {
        var seen = new List<string>();
        foreach ((string pattern, string[] methods) in Routes.Where(route => route.Methods.Contains("GET")))
        {
            if (!pattern.Contains('{', StringComparison.Ordinal))
            {
                continue;
            }

            foreach (string id in IdKinds.All.FirstOrDefault(kind => kind.Covers(pattern)) is { } found ? OwnedOf(found) : [])
            {
                using HttpResponseMessage answer = await Gateway.CallAsync(Owner, HttpMethod.Get, Paths.Put(pattern, id));
                seen.Add($"{pattern} {id}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }
        }

        seen.Add(await Gateway.Admin.GetStringAsync("/admin/cost?until=2100-01-01T00:00:00Z"));
        seen.Add(await Gateway.Admin.GetStringAsync("/admin/queue"));
        seen.Add(await Gateway.Admin.GetStringAsync("/admin/batches?limit=1000"));
        return string.Join('\n', seen);
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
