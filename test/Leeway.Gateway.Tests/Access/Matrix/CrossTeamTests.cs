using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace Leeway.Gateway.Tests.Access.Matrix;

/// <summary>
/// Every route with an id × every method × every id that is not the caller's, in every guise. The routes are read from the running gateway,
/// so a new one is tried too, or fails this test when nobody has said what its ids are.
/// </summary>
public sealed class CrossTeamTests(ITestOutputHelper output)
{
    private static readonly string[] s_methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    // What these make of an id is none, or is no path, which may be said before anybody looks for it.
    private static readonly string[] s_malformed = ["upper case", "encoded twice", "..%2f", "NUL behind", "query behind", "team in the query"];

    [Fact]
    public async Task Another_teams_ids_are_404_on_every_route_and_reveal_and_change_nothing()
    {
        await using TwoTeams teams = await TwoTeams.StartAsync();
        string before = await teams.StateAsync();
        Assert.Contains(TwoTeams.Mark, before, StringComparison.Ordinal);
        var leaks = new List<string>();
        int cells = 0;
        foreach ((string route, IdKind kind) in Owned(teams))
        {
            foreach ((string what, string id) in IdsOf(teams, kind))
            {
                foreach ((string trick, string path) in Paths.Of(route, id))
                {
                    foreach (string method in s_methods)
                    {
                        cells++;
                        (int status, string text) = await SendAsync(teams, teams.Stranger, method, path);
                        bool refused = status is 404 or 405 || (status == 400 && (s_malformed.Contains(trick) || IsMalformed(kind, id)));
                        if (!refused || Reveals(teams, text, path + id))
                        {
                            leaks.Add($"{method} {path} ({what}, {trick}): {status} {text}");
                        }
                    }
                }
            }
        }

        output.WriteLine($"Cross-team matrix: {cells} cases on {Owned(teams).Count()} routes, {leaks.Count} leaks.");
        Assert.True(leaks.Count == 0, string.Join('\n', leaks.Take(30)));
        Assert.True(cells > 5000, $"Only {cells} cells.");
        Assert.Equal(before, await teams.StateAsync());
    }

    [Fact]
    public async Task Another_teams_id_is_answered_as_one_that_never_was()
    {
        await using TwoTeams teams = await TwoTeams.StartAsync();
        foreach ((string route, IdKind kind) in Owned(teams))
        {
            foreach (string method in s_methods)
            {
                foreach (string id in teams.OwnedOf(kind))
                {
                    string never = kind.Name == "run" ? $"run_{Guid.NewGuid():N}" : Paths.Next(id);
                    (int Status, string Text) other = await SendAsync(teams, teams.Stranger, method, Paths.Put(route, id));
                    (int Status, string Text) none = await SendAsync(teams, teams.Stranger, method, Paths.Put(route, never));

                    // A run's id is its client's to choose: an unused one begins a run.
                    if (!(route == "/leeway/runs/{run}/requests" && method == "POST"))
                    {
                        Assert.Equal(Plain(none.Text, never), Plain(other.Text, id));
                        Assert.Equal(none.Status, other.Status);
                    }
                }
            }
        }
    }

    [Fact]
    public async Task The_owner_is_let_in_where_the_other_team_is_not_and_nobody_without_a_key()
    {
        await using TwoTeams teams = await TwoTeams.StartAsync();
        int cells = 0;
        foreach ((string route, IdKind kind) in Owned(teams).OrderBy(pair => pair.Route.EndsWith('}') ? 1 : 0))
        {
            foreach (string method in teams.Routes.Where(found => found.Pattern == route).SelectMany(found => found.Methods).Distinct())
            {
                string id = teams.OwnedOf(kind)[0];
                (int anonymous, _) = await SendAsync(teams, null, method, Paths.Put(route, id));
                (int owner, string text) = await SendAsync(teams, teams.Owner, method, Paths.Put(route, id));
                cells++;

                Assert.True(anonymous == 401, $"{method} {route}: {anonymous} without a key");
                if (method == "GET")
                {
                    foreach (string other in teams.OwnedOf(kind).Skip(1))
                    {
                        cells++;
                        Assert.Equal(owner, (await SendAsync(teams, teams.Owner, method, Paths.Put(route, other))).Status);
                    }
                }

                Assert.True(owner is not (401 or 403 or 404 or 405), $"{method} {route}: the owner got {owner} {text}");
            }

            if (teams.DeletedOf(kind) is { } gone)
            {
                Assert.Equal(404, (await SendAsync(teams, teams.Owner, "GET", Paths.Put(kind.Prefix, gone))).Status);
            }
        }

        output.WriteLine($"Owners: {cells} cases.");
    }

    [Fact]
    public async Task Lists_hold_nothing_of_another_team_whatever_they_are_asked()
    {
        await using TwoTeams teams = await TwoTeams.StartAsync();
        string[] lists = [.. teams.Routes
            .Where(route => route.Methods.Contains("GET") && !route.Pattern.Contains('{', StringComparison.Ordinal) && !IsOperators(route.Pattern))
            .Select(route => route.Pattern)
            .Distinct()];
        Assert.Contains("/leeway/requests", lists);
        int cells = 0;
        foreach (string list in lists)
        {
            string[] queries =
            [
                "", "?limit=1000", "?limit=100", "?limit=100000", "?limit=-1", "?team=blue", "?team=default", "?order=asc",
                .. teams.Secrets.SelectMany(id => new[] { $"?after={id}", $"?after_id={id}", $"?before_id={id}", $"?before={id}", $"?run={id}", $"?batch={id}", $"?id={id}" }),
            ];
            foreach (string query in queries)
            {
                cells++;
                (int status, string text) = await SendAsync(teams, teams.Stranger, "GET", list + query);
                Assert.True(status is 200 or 400 or 404, $"{list}{query}: {status} {text}");
                Assert.False(Reveals(teams, text, query), $"{list}{query}: {text}");
            }
        }

        output.WriteLine($"Lists: {cells} cases on {lists.Length} routes.");
    }

    [Fact]
    public async Task What_is_the_operators_is_nowhere_on_the_public_listener()
    {
        await using TwoTeams teams = await TwoTeams.StartAsync();
        string[] routes = [.. teams.Routes.Select(route => route.Pattern).Where(IsOperators).Distinct()];
        Assert.Contains("/admin/keys", routes);
        foreach (string route in routes)
        {
            foreach (string method in s_methods)
            {
                string path = route.Contains('{', StringComparison.Ordinal) ? Paths.Put(route, teams.OwnedOf(IdKinds.All[0])[0]) : route;
                Assert.Equal(404, (await SendAsync(teams, teams.Owner, method, path)).Status);
            }
        }
    }

    [Theory]
    [InlineData("/v1/files/{id}/thumbnail", "file")]
    [InlineData("/v1/models/{**model}", null)]
    public void A_route_is_told_by_its_beginning(string route, string? kind) => Assert.Equal(kind, IdKinds.Of(route)?.Name);

    [Theory]
    [InlineData("/v1/something_new/{id}")]
    [InlineData("/v1/files/{id}/lines/{line}")]
    [InlineData("/v1/filesystem/{id}")]
    public void A_route_of_no_known_kind_of_id_fails(string route) => Assert.Contains(route, Assert.Throws<InvalidOperationException>(() => IdKinds.Of(route)).Message, StringComparison.Ordinal);

    private static IEnumerable<(string Route, IdKind Kind)> Owned(TwoTeams teams) => teams.Routes
        .Select(route => route.Pattern)
        .Where(route => route.Contains('{', StringComparison.Ordinal) && !IsOperators(route))
        .Distinct()
        .Select(route => (route, IdKinds.Of(route)))
        .Where(pair => pair.Item2 is not null)
        .Select(pair => (pair.route, pair.Item2!));

    private static bool IsOperators(string route) => route.StartsWith("/admin/", StringComparison.Ordinal) || route.StartsWith("/health/", StringComparison.Ordinal);

    private static IEnumerable<(string What, string Id)> IdsOf(TwoTeams teams, IdKind kind)
    {
        foreach (string id in teams.OwnedOf(kind))
        {
            yield return ("other team's", id);

            // An unused id of a run begins one: it is nobody's.
            if (kind.Name != "run")
            {
                yield return ("guessed", Paths.Next(id));
            }
        }

        if (teams.DeletedOf(kind) is { } gone)
        {
            yield return ("deleted", gone);
        }

        foreach (string foreign in kind.Foreign.Concat(teams.ProviderIds))
        {
            yield return ("provider's", foreign);
        }

        foreach (string other in IdKinds.All.Where(other => other != kind).SelectMany(teams.OwnedOf))
        {
            yield return ("provider's", other);
        }
    }

    // Anthropic's errors number each call.
    private static string Plain(string text, string id) => Regex.Replace(text.Replace(id, "{id}", StringComparison.Ordinal), "req_[0-9a-f]{32}", "{call}");

    // A run's id is made by clients, so they are told when it has not the form of one.
    private static bool IsMalformed(IdKind kind, string id) => kind.Name == "run" && !RunId.TryParse(id, out _);

    // What the caller sent may be repeated, nothing else.
    private static bool Reveals(TwoTeams teams, string text, string sent) => teams.Secrets.Concat(teams.ProviderIds).Append(TwoTeams.Mark).Append("blue")
        .Any(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase) && !sent.Contains(secret, StringComparison.OrdinalIgnoreCase));

    private static async Task<(int Status, string Text)> SendAsync(TwoTeams teams, string? key, string method, string path)
    {
        // As it is written: dots and escapes are the point.
        var address = new Uri(teams.Gateway.Host.PublicUrl.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        if (method is "POST" or "PUT" or "PATCH")
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        using HttpResponseMessage answer = await teams.Gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        string headers = string.Join('\n', answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Date" or "x-request-id" or "request-id" or "Leeway-Request-Id")).Select(header => $"{header.Key}: {string.Join(',', header.Value)}"));
        return ((int)answer.StatusCode, headers + "\n" + await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
