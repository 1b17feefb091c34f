using System.Net.Http.Headers;
using Leeway.Gateway.Configuration;
using Leeway.Gateway.Tests.BadInput;
using Leeway.Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Leeway.Gateway.Tests.Access;

/// <summary>The admin listener of a gateway that has an admin token.</summary>
public sealed class AdminTokenTests(LockedGateway locked) : IClassFixture<LockedGateway>
{
    private static readonly string[] s_paths = ["/admin/keys", "/admin/queue", "/admin/webhooks", "/admin/cost", "/metrics", "/nothing", "/HEALTH/live", "/healthy"];

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer {key}")]
    [InlineData("Bearer {admin}x")]
    [InlineData("Bearer the-operators-token")]
    [InlineData("Basic {admin}")]
    [InlineData("{admin}")]
    [InlineData("Bearer {long}")]
    public async Task Nobody_but_the_operator_is_let_in(string? authorization)
    {
        using HttpClient stranger = Stranger();
        if (authorization is not null)
        {
            stranger.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", locked.Fill(authorization));
        }

        foreach (string path in s_paths)
        {
            using HttpResponseMessage answer = await stranger.GetAsync(path, TestContext.Current.CancellationToken);
            string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True((int)answer.StatusCode == 401, $"{path}: {(int)answer.StatusCode} {text}");
            Assert.Equal("admin_token_refused", Refusal.Read(answer, text).Code);
            Assert.DoesNotContain(LockedGateway.AdminToken, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_operator_is_let_in_and_health_is_everybodys()
    {
        using HttpClient stranger = Stranger();
        using HttpResponseMessage alive = await stranger.GetAsync("/health/live", TestContext.Current.CancellationToken);
        using HttpResponseMessage ready = await stranger.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", LockedGateway.AdminToken);
        using HttpResponseMessage keys = await stranger.GetAsync("/admin/keys", TestContext.Current.CancellationToken);
        using HttpResponseMessage metrics = await stranger.GetAsync("/metrics", TestContext.Current.CancellationToken);

        Assert.Equal([200, 200, 200, 200], [(int)alive.StatusCode, (int)ready.StatusCode, (int)keys.StatusCode, (int)metrics.StatusCode]);
    }

    [Fact]
    public async Task An_admin_listener_that_others_can_reach_stays_closed_when_a_reload_takes_its_token_away()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(server: "admin_token: \"the-operators-token-of-this-test\"", adminListen: "0.0.0.0");
        Assert.Equal(401, await StatusAsync(gateway, null));
        Assert.Equal(200, await StatusAsync(gateway, LockedGateway.AdminToken));

        string file = Path.Combine(gateway.Folder, "leeway.yaml");
        string yaml = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            file,
            yaml.Replace(", admin_token: \"the-operators-token-of-this-test\"", "", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        Assert.False(gateway.Host.Services.GetRequiredService<ConfigWatcher>().Reload().HasErrors);

        Assert.Equal(401, await StatusAsync(gateway, null));
        Assert.Equal(401, await StatusAsync(gateway, LockedGateway.AdminToken));
    }

    private static async Task<int> StatusAsync(TestGateway gateway, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/queue");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage answer = await gateway.Admin.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    private HttpClient Stranger() => new() { BaseAddress = locked.Gateway.Host.AdminUrl };
}
